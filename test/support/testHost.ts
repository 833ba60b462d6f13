import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { checkout } from './checkout';

/** A real VS Code outside the checkout: code-server and the Node.js that it needs. */
export interface Editor {
  node: string;
  /** code-server's entry script. */
  entry: string;
}

let editor: Editor | undefined;
let browser: { chromium: string } | undefined;

/** Installed first where it is missing, which takes a while. */
export function getEditor(): Editor {
  editor ??= ask('editor') as Editor;
  return editor;
}

/** The browser that drives it. */
export function getChromium(): string {
  browser ??= ask('browser') as { chromium: string };
  return browser.chromium;
}

function ask(part: string): unknown {
  const script = path.join(checkout, 'scripts/testHost.mjs');
  const answer = execFileSync(process.execPath, [script, part], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(answer);
}
