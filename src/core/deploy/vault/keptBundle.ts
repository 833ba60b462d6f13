import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { AppError } from '../../base/errors';
import type { Vault } from './vault';

export interface KeptFile {
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

/** What was sent, as it was; no more than an instance takes, so it may be held in memory. */
export interface KeptBundle {
  /** By path, relative to the folder, with `/`. */
  readonly files: ReadonlyMap<string, KeptFile>;
  /** Relative paths, parents first. */
  readonly directories: readonly string[];
}

/**
 * Reads what the vault keeps. Throws `notFound` where it is not kept (any more), and `fileInvalid`
 * where it is not what was sent.
 */
export async function readKeptBundle(
  vault: Vault,
  folder: string,
  bundleHash: string,
): Promise<KeptBundle> {
  const tar = await vault.read(folder, bundleHash);
  const hash = createHash('sha256');
  const files = new Map<string, KeptFile>();
  const directories: string[] = [];
  // Loaded here: most windows never look back.
  const { Parser } = await import('tar');
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk) => chunks.push(chunk));
      entry.on('end', () => {
        if (entry.type === 'Directory') directories.push(entry.path.replace(/\/$/, ''));
        else files.set(entry.path, { content: Buffer.concat(chunks), mode: entry.mode ?? 0o644 });
      });
    },
  });
  const hashed = new PassThrough().on('data', (chunk: Buffer) => hash.update(chunk));
  try {
    await pipeline(tar, hashed, parser);
  } catch (cause) {
    throw damaged(cause);
  }
  if (hash.digest('hex') !== bundleHash) {
    throw damaged();
  }
  return { files, directories };
}

function damaged(cause?: unknown): AppError {
  return new AppError('fileInvalid', 'What was kept of this deployment is damaged.', { cause });
}
