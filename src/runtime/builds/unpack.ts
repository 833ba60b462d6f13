import { extract } from 'tar';
import { AppError, isAppError, messageOf } from '../../core/base/errors';
import { findTarProblem } from './checkTar';

/**
 * Unpacks a deploy's tar (contract 4.2) into an empty folder. Everything is checked before anything
 * is written. Throws AppError deployFailed with what is wrong.
 */
export async function unpack(archive: string, folder: string): Promise<void> {
  try {
    const problem = await findTarProblem(archive);
    if (problem !== undefined) {
      throw refuse(problem);
    }
    await extract({
      file: archive,
      cwd: folder,
      strict: true,
      preserveOwner: false,
      filter: (_path, entry) => useOwnMode(entry),
    });
  } catch (error) {
    throw isAppError(error) ? error : refuse(`it cannot be read: ${messageOf(error)}`, error);
  }
}

/** Folders stay writable and nothing is set-user-id, whatever the archive says. */
function useOwnMode(entry: object): boolean {
  if ('mode' in entry && typeof entry.mode === 'number' && 'type' in entry) {
    const executable = entry.type === 'Directory' || (entry.mode & 0o100) !== 0;
    entry.mode = executable ? 0o700 : 0o600;
  }
  return true;
}

function refuse(reason: string, cause?: unknown): AppError {
  return new AppError('deployFailed', `The archive was refused: ${reason}.`, { cause });
}
