import { AppError, messageOf } from '../../base/errors';
import { readManifest } from '../../project/manifest';
import { git } from './git';
import { commitVersion } from './versionCommit';

/**
 * Commits the version in the files that carry it, and nothing else of them or of others that is
 * changed; then tags the commit, such as `v1.2.3`. Answers the tag. Throws `gitFailed`, which tells
 * what git said.
 */
export async function tagVersion(folder: string, version: string): Promise<string> {
  const tag = `v${version}`;
  try {
    await ensureUnchanged(folder, version);
    await ensureFree(folder, tag);
    await commitVersion(folder, version);
    await git(folder, ['tag', '--annotate', '--message', version, tag]);
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

/** Asked before anything is committed; several services of one repository may have the same version. */
async function ensureFree(folder: string, tag: string): Promise<void> {
  const words = ['rev-parse', '--verify', '--quiet', `refs/tags/${tag}`];
  const found = await git(folder, words).catch(() => undefined);
  if (found) {
    throw new Error(
      `the tag is there already, for ${String(found).slice(0, 8)}; nothing was committed.`,
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
