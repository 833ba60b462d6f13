import { createReadStream, type Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AppError, systemCode } from '../base/errors';
import type { BundleFile } from '../project/bundlePlan';

/** A file's stats, and its content: as a whole where it is small, else piece by piece. */
export interface FileContent {
  readonly stats: Stats;
  readonly content: Buffer | AsyncGenerator<Buffer>;
}

/** Most files of a service are far smaller; of one that is not, little is held at a time. */
const smallBytes = 64 * 1024;
const aheadCount = 8;

/**
 * The content of each file in turn; the small ones among the next few are read meanwhile. Throws
 * `fileInvalid` where a file cannot be read or is no longer as planned.
 */
export async function* readFiles(files: readonly BundleFile[]): AsyncGenerator<FileContent> {
  const reading: Promise<FileContent>[] = [];
  for (const [index] of files.entries()) {
    for (const file of files.slice(index + reading.length, index + aheadCount)) {
      const content = readContent(file);
      // Whoever comes to it is told; nobody may come to it any more.
      content.catch(() => undefined);
      reading.push(content);
    }
    const [first] = reading.splice(0, 1);
    if (first) {
      yield await first;
    }
  }
}

async function readContent(file: BundleFile): Promise<FileContent> {
  try {
    const stats = await stat(file.absolute);
    if (!stats.isFile() || stats.size !== file.size) {
      throw notAsPlanned(file);
    }
    return { stats, content: file.size <= smallBytes ? await readWhole(file) : readPieces(file) };
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function readWhole(file: BundleFile): Promise<Buffer> {
  const content = await readFile(file.absolute);
  if (content.length !== file.size) {
    throw notAsPlanned(file);
  }
  return content;
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

function unreadable(file: BundleFile, cause: unknown): unknown {
  const code = systemCode(cause);
  return cause instanceof AppError || code === undefined
    ? cause
    : new AppError('fileInvalid', `${file.path} cannot be read (${code}).`, { cause });
}
