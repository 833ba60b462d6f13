import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { checkout } from './checkout';

/** A real VS Code outside the checkout: code-server, the Node.js it runs on, and a browser. */
export interface TestHost {
  /** The Node.js binary that code-server needs. */
  node: string;
  /** code-server's entry script. */
  entry: string;
  chromium: string;
}

let host: TestHost | undefined;

/** Installs the host where it is missing (scripts/testHost.mjs), which takes a while. */
export function getTestHost(): TestHost {
  host ??= JSON.parse(
    execFileSync(process.execPath, [path.join(checkout, 'scripts/testHost.mjs')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  ) as TestHost;
  return host;
}
