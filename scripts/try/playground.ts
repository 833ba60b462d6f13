import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { endLeftOvers } from '../../test/support/leftOvers';
import { copyOrdersService } from '../../test/support/ordersService';
import { startRuntime, type RuntimeProcess } from '../../test/support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../test/support/scratchFolder';
import { openBrowserEditor } from './browserEditor';
import { findDesktopCode, openDesktopEditor } from './desktopEditor';
import { endOnSignal } from './endOnSignal';

/** A VS Code for a person, on a folder, with everything it keeps in a data folder. */
export interface EditorRequest {
  folder: string;
  dataDir: string;
  vsix: string;
  settings: Readonly<Record<string, unknown>>;
}

export interface OpenEditor {
  /** Where to find it, for a person. */
  place: string;
  /** When the person quits it; never for one in the browser. */
  closed: Promise<unknown>;
  close: () => Promise<void>;
}

const email = 'you@example.com';
const password = randomBytes(6).toString('base64url');

/** A sample service, an instance and VS Code; stays until Ctrl+C or until VS Code is closed. */
export async function main({ vsix, browser }: { vsix: string; browser: boolean }): Promise<void> {
  const scratch = createScratchFolder('try');
  const closers: (() => Promise<unknown>)[] = [];
  let ending: Promise<void> | undefined;
  const endAll = async () => {
    for (const close of closers.toReversed()) await close();
    await endLeftOvers(scratch);
    removeScratchFolder(scratch);
  };
  const end = () => (ending ??= endAll());
  endOnSignal(end);

  const folder = path.join(scratch, 'orders');
  await copyOrdersService(folder);
  const runtime = await startRuntime({
    dataDirectory: path.join(scratch, 'runtime'),
    env: { FLEX_RUNTIME_EMAIL: email, FLEX_RUNTIME_PASSWORD: password },
  });
  closers.push(() => runtime.stop());
  const editor = await openEditor(
    {
      folder,
      dataDir: path.join(scratch, 'vscode'),
      vsix,
      settings: { 'flexservice.runtime.url': runtime.url },
    },
    browser,
  );
  closers.push(() => editor.close());

  console.log(instructions(editor, runtime));
  await editor.closed;
  await end();
}

function openEditor(request: EditorRequest, browser: boolean): Promise<OpenEditor> {
  const code = browser ? undefined : findDesktopCode();
  return code ? openDesktopEditor(code, request) : openBrowserEditor(request);
}

function instructions(editor: OpenEditor, runtime: RuntimeProcess): string {
  return `
  VS Code    ${editor.place}
  Instance   ${runtime.url}
  E-mail     ${email}
  Password   ${password}

Try:
  1. The FlexService icon at the left: Sign In, choose the local runtime, then Create Service and bind the folder.
  2. F9 on line 11 of lib/functions.js, then F5; in the view Handlers click calculateTotal and send {"items":[{"price":3}]}.
  3. Flex: Deploy in the palette (F1); watch the status bar, then follow the logs.

Ctrl+C stops everything and removes the scratch folder.
`;
}
