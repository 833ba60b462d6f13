import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { messageOf, systemCode } from '../../core/base/errors';
import { ApiError, validationFailed } from './errors';

/** The CLI sends up to 10 MiB of tar (contract 4.3); a little more, so that it is the one to tell. */
export const archiveLimit = 10 * 1_024 * 1_024 + 65_536;

const limits = {
  fileSize: archiveLimit,
  files: 1,
  fields: 8,
  parts: 9,
  /** `params` carries the environment variables; as much as a JSON body may hold. */
  fieldSize: 1_048_576,
  /** Of the headers of one part, and so of its name. */
  headerPairs: 16,
  headerSize: 8_192,
};

export interface Upload {
  /** The parts without a file name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where the part `file` was written, if it came. */
  readonly file?: string;
}

/** Writes a multipart body to disk as it arrives. A body that ends too early leaves nothing behind. */
export async function receiveUpload(
  request: FastifyRequest,
  folder: string,
  name: string,
): Promise<Upload> {
  const target = path.join(folder, `${name}.tar`);
  try {
    return await readParts(request, target);
  } catch (error) {
    await rm(target, { force: true });
    throw isBrokenOff(error) ? new ApiError(400, 'BadRequest', messageOf(error)) : error;
  }
}

/**
 * The multipart parser throws plain errors; those of files and of limits have a code. A client that
 * leaves in the middle, as kinvey-cli does by design (contract T10), is no failure of the runtime.
 */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && (!('code' in error) || systemCode(error) === 'ECONNRESET');
}

async function readParts(request: FastifyRequest, target: string): Promise<Upload> {
  const fields: Record<string, string> = {};
  let file: string | undefined;
  for await (const part of request.parts({ limits })) {
    if (part.type === 'field') {
      fields[part.fieldname] = readField(part);
      continue;
    }
    if (part.fieldname !== 'file') {
      throw validationFailed([
        { field: part.fieldname, message: 'The archive is the part "file".' },
      ]);
    }
    await pipeline(part.file, createWriteStream(target, { mode: 0o600 }));
    file = target;
  }
  return { fields, file };
}

/** A part that says that it is JSON has been parsed already. */
function readField({ valueTruncated, value }: MultipartValue): string {
  if (valueTruncated) {
    throw new ApiError(413, 'RequestTooLarge', 'A part of the body is larger than it may be.');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
