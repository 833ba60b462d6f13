import { messageOf } from '../../base/errors';
import type { Log } from '../../base/log';
import { restoreVersionEdit, type VersionEdit } from '../../project/versionEdit';

/**
 * Takes a version out of its folder again. Answers a sentence on files that could not be set back,
 * empty where there are none: what failed before is what a person has to know first.
 */
export async function undoVersion(log: Log, edit?: VersionEdit): Promise<string> {
  try {
    const kept = edit ? await restoreVersionEdit(edit) : [];
    return kept.length === 0 ? '' : `${kept.join(' and ')} changed meanwhile: look at the version.`;
  } catch (error) {
    log.error(`deploy: the version could not be set back: ${messageOf(error)}`);
    return messageOf(error);
  }
}
