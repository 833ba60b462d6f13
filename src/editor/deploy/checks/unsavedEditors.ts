import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../../core/base/errors';
import type { UnsavedFile } from '../../../core/deploy/deployEvents';
import { isInside } from '../../../core/base/isInside';
import { isBundlePart } from '../../../core/project/bundlePart';
import type { BundlePlan } from '../../../core/project/bundlePlan';
import type { TextEdit } from '../../../core/project/versionText';
import { manifestOf } from '../../../core/project/manifest';
import type { Finding } from '../../../core/review/finding';

/**
 * What editors hold of a bundle, or of what decides on it, that is not on the disk: a deploy would
 * send something else than a person sees.
 */
export function unsavedFindings(bundle: Pick<BundlePlan, 'folder' | 'excluded'>): Finding[] {
  const { folder } = bundle;
  return dirtyIn(folder)
    .filter(({ uri }) => isBundlePart(bundle, uri.fsPath))
    .map(({ uri: { fsPath: file } }) => {
      const name = path.relative(folder, file);
      const message = vscode.l10n.t(
        '{0} has changes in its editor that are not saved: save or revert them.',
        name,
      );
      const fix = { kind: 'saveEditor', name } as const;
      return { severity: 'error', code: 'unsaved', message, file, fix };
    });
}

export function isUnsaved({ code }: Finding): boolean {
  return code === 'unsaved';
}

/** Saves those among findings that are unsaved; answers the ones that cannot be. */
export async function saveEditors(
  folder: string,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const wanted = new Set(findings.filter(isUnsaved).map(({ file }) => file));
  const lost: Finding[] = [];
  for (const document of dirtyIn(folder)) {
    const file = document.uri.fsPath;
    if (wanted.has(file) && !(await document.save())) {
      const message = unsavable(path.relative(folder, file));
      lost.push({ severity: 'error', code: 'unsaved', message, file });
    }
  }
  return lost;
}

/** Of one file of the folder, by its path there; nothing where it is saved. Throws `rejected`. */
export async function saveEditor(folder: string, name: string): Promise<void> {
  const file = path.join(folder, name);
  const document = dirtyIn(folder).find(({ uri }) => uri.fsPath === file);
  if (document && !(await document.save())) {
    throw new AppError('rejected', unsavable(name), { details: { folder, file } });
  }
}

/** What package.json says as its editor has it; undefined where it is saved, or no package.json. */
export function unsavedManifest(folder: string) {
  const file = path.join(folder, 'package.json');
  const document = dirtyIn(folder).find(({ uri }) => uri.fsPath === file);
  try {
    return document && manifestOf(folder, document.getText());
  } catch {
    // It is told about once it is saved.
    return undefined;
  }
}

/** A file (absolute) as its editor holds it; undefined where it is saved. */
export function unsavedFile(file: string): UnsavedFile | undefined {
  const document = dirtyIn(path.dirname(file)).find(({ uri }) => uri.fsPath === file);
  return (
    document && {
      text: document.getText(),
      edit: (edits) => editDocument(document, edits),
    }
  );
}

async function editDocument(document: vscode.TextDocument, edits: readonly TextEdit[]) {
  const change = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of edits) {
    const [start, end] = [document.positionAt(offset), document.positionAt(offset + length)];
    change.replace(document.uri, new vscode.Range(start, end), content);
  }
  if (!(await vscode.workspace.applyEdit(change))) {
    const name = path.basename(document.uri.fsPath);
    throw new AppError('fileInvalid', vscode.l10n.t('The editor of {0} takes no change.', name));
  }
}

function unsavable(name: string): string {
  return vscode.l10n.t(
    '{0} has changes in its editor that could not be saved: save or revert them first.',
    name,
  );
}

function dirtyIn(folder: string): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(
    ({ uri, isDirty }) => isDirty && uri.scheme === 'file' && isInside(folder, uri.fsPath),
  );
}
