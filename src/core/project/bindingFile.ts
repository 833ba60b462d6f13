import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf, systemCode } from '../base/errors';
import { writeAtomic } from '../base/writeAtomic';

export type JsonObject = Record<string, unknown>;

/**
 * The sections of a folder's `.kinvey` as they are; none where it is missing or cleared. Throws
 * `bindingBroken`.
 */
export async function readSections(folder: string): Promise<JsonObject> {
  const file = bindingFile(folder);
  const text = await readText(file);
  if (text.trim() === '') {
    return {};
  }
  const value = parseJson(file, text);
  // `kinvey flex clear` leaves an empty string.
  if (value === '' || value === null) {
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw broken(file, 'it holds no object');
  }
  return { ...value };
}

/** Replaces the file as a whole or not at all; compact JSON, as the CLI writes it. */
export async function writeSections(folder: string, sections: JsonObject): Promise<void> {
  const file = bindingFile(folder);
  try {
    await writeAtomic(file, JSON.stringify(sections));
  } catch (error) {
    throw new AppError('fileInvalid', `${file} cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return '';
    }
    throw broken(file, messageOf(error), error);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(file, 'it is not valid JSON', error);
  }
}

function broken(file: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'bindingBroken',
    `${file} cannot be used: ${why}. Mend or delete it, then bind the folder again.`,
    { cause, details: { file } },
  );
}

function bindingFile(folder: string): string {
  return path.join(folder, '.kinvey');
}
