import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, isAppError } from '../../base/errors';
import { readBindings } from '../../project/binding';
import {
  bundleLimit,
  planBundle,
  type BundleOptions,
  type BundlePlan,
} from '../../project/bundlePlan';
import { isFlexProject, readManifest, type Manifest } from '../../project/manifest';
import type { Finding } from '../../review/finding';
import { formatBytes } from '../deployMessages';

export interface Preflight {
  /** Errors all: nothing can be sent like this. */
  readonly problems: readonly Finding[];
  /** Undefined where it cannot be read. */
  readonly manifest?: Manifest;
  readonly bundle?: BundlePlan;
}

/** Of a folder that can be sent, as far as it tells itself. */
export type SoundFolder = Required<Preflight>;

export function isSound(check: Preflight): check is SoundFolder {
  const { problems, manifest, bundle } = check;
  return problems.length === 0 && manifest !== undefined && bundle !== undefined;
}

/**
 * Checks on this machine whether a folder can be deployed, and tells all problems at once. Changes
 * nothing. Throws `noFolder`, `cancelled`.
 */
export async function checkFolder(folder: string, options: BundleOptions = {}): Promise<Preflight> {
  const [binding, manifest, bundle] = await Promise.all([
    checkBinding(folder),
    checkManifest(folder),
    checkBundle(folder, options),
  ]);
  return {
    problems: [...binding, ...manifest.problems, ...bundle.problems],
    manifest: manifest.manifest,
    bundle: bundle.bundle,
  };
}

async function checkBinding(folder: string): Promise<Finding[]> {
  try {
    const sections = await readBindings(folder);
    const message = 'The folder is not bound to a service environment: bind it first.';
    const fix = { kind: 'bindFolder', name: path.basename(folder) } as const;
    return sections.length > 0 ? [] : [{ ...problem('notBound', message), fix }];
  } catch (error) {
    return [problemOf(error, 'notBound')];
  }
}

/** A missing version is none: the deploy writes the one that was chosen. */
async function checkManifest(folder: string): Promise<Preflight> {
  try {
    const manifest = await readManifest(folder);
    const file = path.join(folder, 'package.json');
    const fix = { kind: 'addDependency', name: 'kinvey-flex-sdk' } as const;
    const message =
      'package.json does not have kinvey-flex-sdk in its dependencies: run npm install kinvey-flex-sdk.';
    return {
      manifest,
      problems: isFlexProject(manifest) ? [] : [{ ...problem('noSdk', message), file, fix }],
    };
  } catch (error) {
    return { problems: [problemOf(error, 'manifestInvalid')] };
  }
}

async function checkBundle(folder: string, options: BundleOptions): Promise<Preflight> {
  try {
    const bundle = await planBundle(folder, options);
    return {
      bundle,
      problems: [...(await checkIndex(bundle)), ...checkPackage(bundle), ...checkSize(bundle)],
    };
  } catch (error) {
    if (isAppError(error, 'bundleTooLarge')) {
      return { problems: [problemOf(error, 'bundleTooLarge')] };
    }
    throw error;
  }
}

async function checkIndex({ folder, files, excluded }: BundlePlan): Promise<Finding[]> {
  if (files.length === 0) {
    return [problem('bundleEmpty', 'The folder holds nothing that could be deployed.')];
  }
  if (files.some((file) => file.path === 'index.js')) {
    return [];
  }
  const rule = excluded.find((one) => one.path === 'index.js')?.rule;
  return [problem('noIndex', await noIndexMessage(folder, rule))];
}

/** Case counts on the instance, even where it does not count on this machine. */
async function noIndexMessage(folder: string, rule: string | undefined): Promise<string> {
  if (rule !== undefined) {
    return `index.js is not deployed (${rule}), but the instance starts the service with it.`;
  }
  const isThere = await stat(path.join(folder, 'index.js')).catch(() => undefined);
  return isThere
    ? 'index.js must be a file with exactly this name: the instance starts the service with it.'
    : 'There is no index.js in the folder: the instance starts the service with it.';
}

/** That there is one at all is told with the manifest. */
function checkPackage({ folder, excluded }: BundlePlan): Finding[] {
  const rule = excluded.find((one) => one.path === 'package.json')?.rule;
  if (rule === undefined) {
    return [];
  }
  const message = `package.json is not deployed (${rule}), but the instance installs the service with it.`;
  return [{ ...problem('fileExcluded', message), file: path.join(folder, 'package.json') }];
}

function checkSize({ tarBytes, files }: BundlePlan): Finding[] {
  if (tarBytes <= bundleLimit) {
    return [];
  }
  const largest = files.toSorted((a, b) => b.size - a.size).slice(0, 10);
  const named = largest.map((file) => `${file.path} (${formatBytes(file.size)})`).join(', ');
  const message = `The bundle is ${sizeText(tarBytes)}, and the limit is ${sizeText(bundleLimit)}. The largest files: ${named}.`;
  return [problem('bundleTooLarge', message)];
}

/** With the exact number too, since a bundle may be above the limit by a block. */
function sizeText(bytes: number): string {
  return `${formatBytes(bytes)} (${bytes.toLocaleString('en-US')} bytes)`;
}

function problem(code: Finding['code'], message: string): Finding {
  return { severity: 'error', code, message };
}

function problemOf(error: unknown, code: Finding['code']): Finding {
  if (!(error instanceof AppError)) {
    throw error;
  }
  const { file, line } = error.details;
  return {
    ...problem(code, error.message),
    ...(typeof file === 'string' && { file }),
    ...(typeof line === 'number' && { line }),
  };
}
