import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from '../../test/support/checkout';
import type { EditorRequest, OpenEditor } from './playground';

/** The `code` on the PATH that can open a window of its own; undefined where there is none. */
export function findDesktopCode(
  env = process.env,
  platform = process.platform,
): string | undefined {
  // Inside a remote VS Code's terminal `code` only talks to that window.
  if (env.VSCODE_IPC_HOOK_CLI) return undefined;
  const hasDisplay = platform !== 'linux' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
  if (!hasDisplay) return undefined;
  const name = platform === 'win32' ? 'code.cmd' : 'code';
  return (env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}

/** With settings and extensions of its own, so that the person's VS Code is left alone. */
export async function openDesktopEditor(code: string, request: EditorRequest): Promise<OpenEditor> {
  const { dataDir, folder, settings } = request;
  const user = path.join(dataDir, 'user');
  mkdirSync(path.join(user, 'User'), { recursive: true });
  writeFileSync(path.join(user, 'User/settings.json'), JSON.stringify(settings, null, 2));
  const args = [
    `--extensionDevelopmentPath=${checkout}`,
    ...['--user-data-dir', user],
    ...['--extensions-dir', path.join(dataDir, 'extensions')],
    ...['--disable-workspace-trust', '--new-window', '--wait', folder],
  ];
  const child = spawn(code, args, { stdio: 'ignore', shell: process.platform === 'win32' });
  await once(child, 'spawn');
  const closed = once(child, 'exit');
  return {
    place: `the window that has just opened (${code})`,
    closed,
    close: async () => {
      endMainProcess(user);
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await closed;
    },
  };
}

/** `code` hands over to the editor's main process, which writes its id into its data folder. */
function endMainProcess(userDataDir: string): void {
  const lock = path.join(userDataDir, 'code.lock');
  if (!existsSync(lock)) return;
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 'SIGTERM');
  } catch {
    // The person has closed it already.
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
