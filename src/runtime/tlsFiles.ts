import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AppError, messageOf } from '../core/base/errors';

export interface TlsFiles {
  /** PEM, with the certificates between it and the root, if any. */
  readonly cert: Buffer;
  /** PEM. */
  readonly key: Buffer;
}

/** Throws AppError invalidInput where a file cannot be read or both do not belong together. */
export function readTlsFiles(certFile: string, keyFile: string): TlsFiles {
  const files = { cert: read('--tls-cert', certFile), key: read('--tls-key', keyFile) };
  try {
    createSecureContext(files);
    return files;
  } catch (error) {
    throw new AppError(
      'invalidInput',
      `${certFile} and ${keyFile} are no certificate with its key: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function read(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new AppError('invalidInput', `${option} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
