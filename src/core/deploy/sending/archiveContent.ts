import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs';
import { AppError } from '../../base/errors';
import type { ReusedMemory } from '../../base/reusedMemory';
import type { BundleFile } from '../../project/bundlePlan';
import { isSmall, unreadable } from '../../project/smallFiles';

/** A file's stats, and its content: as a whole where it is small, else piece by piece. */
export interface FileContent {
  readonly stats: Stats;
  readonly content: Buffer | AsyncGenerator<Buffer>;
}

/** What is small is read into `memory`. Throws `fileInvalid` where a file cannot be read or is no longer as planned. */
export function readContent(file: BundleFile, memory: ReusedMemory): FileContent {
  const { content } = file;
  try {
    if (content) {
      return { stats: asPlanned(file, statSync(file.absolute)), content };
    }
    return isSmall(file)
      ? readWhole(file, memory)
      : { stats: asPlanned(file, statSync(file.absolute)), content: readPieces(file) };
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** A pipe that is there by now would be waited for. Windows has no such flag: undefined counts as 0. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK;

function readWhole(file: BundleFile, memory: ReusedMemory): FileContent {
  const descriptor = openSync(file.absolute, openFlags);
  try {
    const stats = asPlanned(file, fstatSync(descriptor));
    const content = memory.take(file.size);
    if (readSync(descriptor, content, 0, file.size, 0) !== file.size) {
      throw notAsPlanned(file);
    }
    return { stats, content };
  } finally {
    closeSync(descriptor);
  }
}

function asPlanned(file: BundleFile, stats: Stats): Stats {
  const { modified, size, heldBytes = size } = file;
  if (!stats.isFile() || stats.size !== heldBytes || stats.mtimeMs !== modified) {
    throw notAsPlanned(file);
  }
  return stats;
}

/** The header with the size is already written, so no other number of bytes may follow. */
async function* readPieces(file: BundleFile): AsyncGenerator<Buffer> {
  let missing = file.size;
  for await (const chunk of streamOf(file)) {
    missing -= chunk.length;
    if (missing < 0) {
      throw notAsPlanned(file);
    }
    yield chunk;
  }
  if (missing > 0) {
    throw notAsPlanned(file);
  }
}

async function* streamOf(file: BundleFile): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file.absolute) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function notAsPlanned(file: BundleFile): AppError {
  return new AppError(
    'fileInvalid',
    `${file.path} changed while the bundle was made: save it and deploy again.`,
  );
}
