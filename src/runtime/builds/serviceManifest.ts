import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../../core/base/errors';

/** The parts of a service's package.json that are read here; any of them may be anything. */
export type ServiceManifest = Readonly<Record<string, unknown>>;

/** Throws AppError deployFailed where package.json is none, or nothing could be started. */
export async function readManifest(folder: string): Promise<ServiceManifest> {
  const manifest = await parseManifest(folder);
  const hasIndex = await access(path.join(folder, 'index.js')).then(
    () => true,
    () => false,
  );
  if (!hasIndex && typeof manifest.main !== 'string') {
    throw new AppError('deployFailed', 'The bundle has no index.js at its root.');
  }
  return manifest;
}

/** `engines.node`, if there is one. */
export function enginesOf({ engines }: ServiceManifest): string | undefined {
  const node: unknown =
    typeof engines === 'object' && engines !== null && 'node' in engines ? engines.node : undefined;
  return typeof node === 'string' ? node : undefined;
}

export function versionOf({ version }: ServiceManifest): string | undefined {
  return typeof version === 'string' ? version : undefined;
}

async function parseManifest(folder: string): Promise<ServiceManifest> {
  try {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8');
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof parsed !== 'object' || parsed === null) {
      throw new Error('it holds no object');
    }
    return parsed as ServiceManifest;
  } catch (error) {
    throw new AppError(
      'deployFailed',
      `The package.json of the bundle cannot be read: ${messageOf(error).replace(folder, '')}`,
      { cause: error },
    );
  }
}
