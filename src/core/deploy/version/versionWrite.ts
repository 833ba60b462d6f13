import { AppError, messageOf } from '../../base/errors';
import type { Log } from '../../base/log';
import { readManifest } from '../../project/manifest';
import { applyVersionEdit, planVersionEdit, type VersionEdit } from '../../project/versionEdit';
import type { PendingDeploy } from '../history/pendingDeploys';

type Sent = PendingDeploy['record'];

/**
 * Writes the version that an instance took into the folder that it was sent from; not earlier, so
 * that whatever ends a deploy before leaves every file as it was. Answers the record with what was
 * written, or with why nothing was: the deploy goes on.
 */
export async function writeVersion({ from, ...record }: Sent, log: Log): Promise<Sent> {
  if (from === undefined) {
    return record;
  }
  const { folder, version } = record;
  try {
    await refuseOther(folder, [from, version]);
    // By what the files hold now: somebody may have gone on in them.
    const edit: VersionEdit = await planVersionEdit(folder, version);
    await applyVersionEdit(edit);
    return { ...record, edit };
  } catch (error) {
    log.warn(`deploy: ${version} was not written into ${folder}: ${messageOf(error)}`);
    const unwritten = `${version} is not written into the folder. ${messageOf(error)}`;
    return { ...record, unwritten };
  }
}

async function refuseOther(folder: string, expected: readonly string[]): Promise<void> {
  const { version = '' } = await readManifest(folder);
  if (!expected.includes(version)) {
    const now = version === '' ? 'lost its version' : `got the version ${version}`;
    throw new AppError('manifestInvalid', `package.json ${now} meanwhile.`);
  }
}
