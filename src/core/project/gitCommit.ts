import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What of a folder stands in git. */
export interface GitCommit {
  /** 40 hex digits, or 64. */
  readonly id: string;
  /** Whether something in the folder is not committed. */
  readonly isChanged: boolean;
}

const run = promisify(execFile);
const longestMs = 5_000;

/** Undefined where there is no git, no repository, no commit, or no answer in time. */
export async function readGitCommit(folder: string): Promise<GitCommit | undefined> {
  try {
    const [id, changes] = await Promise.all([
      git(folder, 'rev-parse', '--verify', 'HEAD'),
      git(folder, 'status', '--porcelain', '--', '.'),
    ]);
    return { id: id.trim(), isChanged: changes !== '' };
  } catch {
    // Git is no part of a deploy: nobody misses it where it is not used.
    return undefined;
  }
}

/** Takes no lock, and starts none of the programs that a repository may name for a status. */
async function git(folder: string, ...words: string[]): Promise<string> {
  const options = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', folder];
  const { stdout } = await run('git', [...options, ...words], {
    timeout: longestMs,
    maxBuffer: 64 * 1024 * 1024,
    windowsHide: true,
  });
  return stdout;
}
