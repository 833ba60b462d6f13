import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findFramePlaces, type FramePlace } from '../../logs/stackFrame';
import { planBundle } from '../../project/bundlePlan';
import type { DeploymentRecord } from '../history/deploymentRecord';
import type { KeptBundle } from '../vault/keptBundle';
import { readKeptDeployment } from '../vault/keptDeployment';
import type { Vault } from '../vault/vault';

/** A line of the stack by which a deployment failed. */
export interface FailureFrame {
  readonly text: string;
  /** Undefined where it names no file of the service. */
  readonly source?: FrameSource;
}

export interface FrameSource extends FramePlace {
  /** `folder`: its file is what was sent; `vault`: it was changed since, or is not there any more. */
  readonly at: 'folder' | 'vault';
}

/**
 * The stack of a deployment that failed, with the files that it means: those that were sent, and
 * those of the folder where nothing was kept.
 */
export async function readFailureFrames(
  vault: Vault,
  record: DeploymentRecord,
): Promise<readonly FailureFrame[]> {
  const stack = record.startupError?.stack ?? [];
  if (stack.length === 0) {
    return [];
  }
  const sent = await readKeptDeployment(vault, record).catch(() => undefined);
  const paths = sent ? new Set(sent.files.keys()) : await pathsOf(record.folder);
  const places = findFramePlaces(stack, paths);
  return Promise.all(
    stack.map(async (text, index) => {
      const place = places[index];
      return { text, source: place && (await sourceOf(record.folder, place, sent)) };
    }),
  );
}

async function pathsOf(folder: string): Promise<Set<string>> {
  const bundle = await planBundle(folder).catch(() => undefined);
  return new Set(bundle?.files.map((file) => file.path));
}

async function sourceOf(
  folder: string,
  place: FramePlace,
  sent: KeptBundle | undefined,
): Promise<FrameSource> {
  const content = sent?.files.get(place.path)?.content;
  const present = await readFile(path.join(folder, place.path)).catch(() => undefined);
  const isLocal = content === undefined || present?.equals(content) === true;
  return { ...place, at: isLocal ? 'folder' : 'vault' };
}
