import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError, messageOf } from '../base/errors';
import { readManifest } from '../project/manifest';
import { versionFiles } from '../project/versionEdit';

const run = promisify(execFile);
/** A hook of the repository may run tests before it lets a commit pass. */
const longestMs = 5 * 60_000;

/**
 * Commits the files that carry the version, where they are changed, and nothing else that is; then
 * tags the commit, such as `v1.2.3`. Answers the tag. Throws `gitFailed`, which tells what git said.
 */
export async function tagVersion(folder: string, version: string): Promise<string> {
  const tag = `v${version}`;
  try {
    await ensureUnchanged(folder, version);
    const changed = await changedFiles(folder);
    if (changed.length > 0) {
      await git(folder, 'commit', '--quiet', '--only', '--message', version, '--', ...changed);
    }
    await git(folder, 'tag', '--annotate', '--message', version, tag);
    return tag;
  } catch (error) {
    const why = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new AppError(
      'gitFailed',
      `${version} is online, but git did not take the tag ${tag}: ${why.trim() || messageOf(error)}`,
      { cause: error },
    );
  }
}

/** Somebody may have changed it while the deploy was watched. */
async function ensureUnchanged(folder: string, version: string): Promise<void> {
  const { version: present } = await readManifest(folder);
  if (present !== version) {
    throw new Error(`package.json has the version ${present ?? 'of nothing'} by now.`);
  }
}

/** Those that git knows and that differ from the last commit. */
async function changedFiles(folder: string): Promise<string[]> {
  await git(folder, 'rev-parse', '--verify', '--quiet', 'HEAD');
  const names = await git(
    folder,
    ...['diff', '--relative', '--name-only', '-z', 'HEAD', '--'],
    ...versionFiles,
  );
  return names.split('\0').filter(Boolean);
}

async function git(folder: string, ...words: string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', folder, ...words], {
    // Nobody is there to be asked.
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    timeout: longestMs,
    windowsHide: true,
  });
  return stdout;
}
