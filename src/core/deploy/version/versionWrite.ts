import { AppError, messageOf } from '../../base/errors';
import type { Log } from '../../base/log';
import { readManifest } from '../../project/manifest';
import { applyVersionEdit, planVersionEdit, restoreVersionEdit } from '../../project/versionEdit';
import type { PendingDeploy, PendingDeploys } from '../history/pendingDeploys';

type Sent = PendingDeploy['record'];

/**
 * Writes the version that an instance took into the folder that it was sent from; not earlier, so
 * that whatever ends a deploy before leaves every file as it was. Answers the record with what was
 * written, or with why nothing was: the deploy goes on.
 */
export async function writeVersion(sent: Sent, pending: PendingDeploys, log: Log): Promise<Sent> {
  const { from, ...record } = sent;
  if (from === undefined) {
    return record;
  }
  const { folder, version } = record;
  try {
    await refuseOther(folder, [from, version]);
    const edit = await planAnew(record);
    // Known before it is written, so that the next window can finish it, and take all of it back.
    await pending
      .amend({ ...sent, edit })
      .catch((error: unknown) => log.warn(`deploy: ${messageOf(error)}`));
    await applyVersionEdit(edit);
    return { ...record, edit };
  } catch (error) {
    log.warn(`deploy: ${version} was not written into ${folder}: ${messageOf(error)}`);
    const unwritten = `${version} is not written into the folder. ${messageOf(error)}`;
    return { ...record, unwritten };
  }
}

/** By what the files hold now: somebody may have gone on in them, or a window ended in the middle. */
async function planAnew({ folder, version, edit: begun }: Sent) {
  if (begun) {
    await restoreVersionEdit(begun);
  }
  return planVersionEdit(folder, version);
}

async function refuseOther(folder: string, expected: readonly string[]): Promise<void> {
  const { version = '' } = await readManifest(folder);
  if (!expected.includes(version)) {
    const now = version === '' ? 'lost its version' : `got the version ${version}`;
    throw new AppError('manifestInvalid', `package.json ${now} meanwhile.`);
  }
}
