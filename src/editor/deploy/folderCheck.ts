import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../core/base/errors';
import { isInside } from '../../core/base/isInside';
import { checkFolder, type Preflight } from '../../core/deploy/preflight';
import type { Finding } from '../../core/review/finding';
import { settings } from '../settings';

/** Saves the folder's editors and checks everything that can be checked without the instance. */
export async function checkSaved(folder: string): Promise<Preflight> {
  const unsaved = await saveEditors(folder);
  const check = await checkFolder(folder, { asCli: settings.isCliBundleWanted(folder) });
  return { ...check, problems: [...unsaved, ...check.problems] };
}

/** Throws `preflightFailed` where an editor cannot be saved. */
export async function ensureSaved(folder: string): Promise<void> {
  const [first] = await saveEditors(folder);
  if (first) {
    throw new AppError('preflightFailed', first.message, { details: { folder, file: first.file } });
  }
}

/** Answers those that cannot be saved. */
async function saveEditors(folder: string): Promise<Finding[]> {
  const dirty = vscode.workspace.textDocuments.filter(
    ({ uri, isDirty }) => isDirty && uri.scheme === 'file' && isInside(folder, uri.fsPath),
  );
  const unsaved: Finding[] = [];
  for (const document of dirty) {
    if (!(await document.save())) {
      unsaved.push(unsavedFinding(folder, document.uri.fsPath));
    }
  }
  return unsaved;
}

function unsavedFinding(folder: string, file: string): Finding {
  const message = vscode.l10n.t(
    '{0} has changes in its editor that could not be saved: save or revert them first.',
    path.relative(folder, file),
  );
  return { severity: 'error', code: 'unsaved', message, file };
}
