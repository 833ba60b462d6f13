import path from 'node:path';
import { AppError, messageOf } from '../../base/errors';
import type { Log } from '../../base/log';
import { manifestOf, readManifest } from '../../project/manifest';
import {
  applyVersionEdit,
  planVersionEdit,
  restoreVersionEdit,
  textEdits,
  type VersionEdit,
} from '../../project/versionEdit';
import type { DeployRequest } from '../deployEvents';
import type { PendingDeploy, PendingDeploys } from '../history/pendingDeploys';

type Sent = PendingDeploy['record'];

export interface WriteOptions {
  readonly pending: PendingDeploys;
  readonly log: Log;
  readonly unsaved?: DeployRequest['unsaved'];
}

/**
 * Writes the version that an instance took into the folder that it was sent from; not earlier, so
 * that whatever ends a deploy before leaves every file as it was. Answers the record with what was
 * written, or with why nothing was: the deploy goes on.
 */
export async function writeVersion(sent: Sent, options: WriteOptions): Promise<Sent> {
  const { from, ...record } = sent;
  if (from === undefined) {
    return record;
  }
  const { folder, version } = record;
  const { pending, log, unsaved = () => undefined } = options;
  try {
    await refuseOther(folder, [from, version], unsaved);
    const edit = await planAnew(record);
    const parts = divide(edit, unsaved);
    // Known before it is written, so that the next window can finish it, and take all of it back.
    await pending
      .amend({ ...sent, edit })
      .catch((error: unknown) => log.warn(`deploy: ${messageOf(error)}`));
    await write(parts, record, unsaved);
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

interface Parts {
  readonly saved: VersionEdit;
  /** What somebody types in. */
  readonly typed: VersionEdit;
}

function divide({ changes }: VersionEdit, unsaved: Unsaved): Parts {
  const typed = changes.filter(({ file }) => unsaved(file) !== undefined);
  const saved = changes.filter((change) => !typed.includes(change));
  return { saved: { changes: saved }, typed: { changes: typed } };
}

/** All of it or nothing. */
async function write({ saved, typed }: Parts, sent: Sent, unsaved: Unsaved): Promise<void> {
  await applyVersionEdit(saved);
  try {
    await setTyped(typed, sent, unsaved);
  } catch (error) {
    await restoreVersionEdit(saved);
    throw error;
  }
}

/**
 * Into a file that changed on the disk, an editor would save nothing without asking. Where the version
 * stands is found at once before it is set: somebody types there, and may have saved it by now.
 */
async function setTyped(
  { changes: typed }: VersionEdit,
  { folder, version }: Sent,
  unsaved: Unsaved,
): Promise<void> {
  for (const { file } of typed) {
    const held = unsaved(file);
    if (held) {
      await held.edit(textEdits(file, held.text, version));
    } else {
      const { changes } = await planVersionEdit(folder, version);
      await applyVersionEdit({ changes: changes.filter((change) => change.file === file) });
    }
  }
}

type Unsaved = NonNullable<DeployRequest['unsaved']>;

async function refuseOther(
  folder: string,
  expected: readonly string[],
  unsaved: Unsaved,
): Promise<void> {
  const held = unsaved(path.join(folder, 'package.json'));
  const { version = '' } = held ? manifestOf(folder, held.text) : await readManifest(folder);
  if (!expected.includes(version)) {
    const now = version === '' ? 'lost its version' : `got the version ${version}`;
    throw new AppError('manifestInvalid', `package.json ${now} meanwhile.`);
  }
}
