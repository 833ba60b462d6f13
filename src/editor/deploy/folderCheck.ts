import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../core/base/errors';
import { isInside } from '../../core/base/isInside';
import { checkFolder, type Preflight } from '../../core/deploy/preflight';
import type { BundlePlan } from '../../core/project/bundlePlan';
import type { Manifest } from '../../core/project/manifest';
import { settings } from '../settings';
import type { FindingProblems } from './findingProblems';

export interface CheckedFolder {
  readonly manifest: Manifest;
  readonly bundle: BundlePlan;
}

/**
 * Saves the folder's editors and checks everything that can be checked without the instance. Throws
 * `preflightFailed`, which tells all at once, as the Problems view does.
 */
export async function checkedFolder(
  folder: string,
  shown: FindingProblems,
): Promise<CheckedFolder> {
  await saveEditors(folder);
  const { problems, manifest, bundle } = await checkFolder(folder, {
    asCli: settings.isCliBundleWanted(folder),
  });
  shown.show(folder, problems);
  if (problems.length > 0 || !manifest || !bundle) {
    throw preflightFailed(folder, problems);
  }
  return { manifest, bundle };
}

/** Throws `preflightFailed` where one cannot be saved. */
export async function saveEditors(folder: string): Promise<void> {
  const dirty = vscode.workspace.textDocuments.filter(
    ({ uri, isDirty }) => isDirty && uri.scheme === 'file' && isInside(folder, uri.fsPath),
  );
  for (const document of dirty) {
    if (!(await document.save())) {
      const file = path.relative(folder, document.uri.fsPath);
      throw new AppError('preflightFailed', vscode.l10n.t('{0} could not be saved.', file));
    }
  }
}

function preflightFailed(folder: string, problems: Preflight['problems']): AppError {
  const inFile = problems.find(({ file }) => file !== undefined);
  const title = vscode.l10n.t('{0} cannot be deployed yet', path.basename(folder));
  const unbound = problems.some(({ code }) => code === 'notBound');
  return new AppError('preflightFailed', problems.map(({ message }) => `• ${message}`).join('\n'), {
    details: { title, folder, problems, unbound, file: inFile?.file, line: inFile?.line },
  });
}
