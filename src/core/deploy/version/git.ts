import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface GitOptions {
  /** What it reads from stdin. */
  readonly input?: Buffer | string;
  /** Another index than the repository's: an absolute path. */
  readonly index?: string;
}

const run = promisify(execFile);
/** A hook of the repository may run tests before it lets a commit pass. */
const longestMs = 5 * 60_000;

/** Runs git in a folder and answers what it prints. Throws what `execFile` does, with `stderr`. */
export async function git(
  folder: string,
  words: readonly string[],
  { input = '', index }: GitOptions = {},
): Promise<Buffer> {
  const running = run('git', ['-C', folder, ...words], {
    // Nobody is there to be asked.
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...(index && { GIT_INDEX_FILE: index }) },
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
    timeout: longestMs,
    windowsHide: true,
  });
  // One that ends before it has read everything says why itself.
  running.child.stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}
