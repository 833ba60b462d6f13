import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** Who listens on a port; every field may be unknown, such as for another user's process. */
export interface PortOwner {
  pid?: number;
  /** The program and what it runs, without its other arguments. */
  command?: string;
  cwd?: string;
}

/** `/usr/bin/node --inspect server.js --token x` becomes `node server.js`: arguments may be secret. */
export function shortCommand(words: readonly string[]): string | undefined {
  const [program, ...args] = words;
  if (!program) {
    return undefined;
  }
  const script = args.find((arg) => arg !== '' && !arg.startsWith('-'));
  const name = path.posix.basename(path.win32.basename(program));
  return script === undefined ? name : `${name} ${script}`;
}

/** What a system tool prints; empty where it is missing or finds nothing. */
export async function outputOf(tool: string, ...args: string[]): Promise<string> {
  try {
    const options = { timeout: 5_000, windowsHide: true };
    return (await promisify(execFile)(tool, args, options)).stdout;
  } catch {
    return '';
  }
}
