import * as vscode from 'vscode';
import { AppError } from '../../../core/base/errors';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';

/** Throws `notFound` where a folder has no deployment as it was asked for. */
export function existing(record: DeploymentRecord | undefined): DeploymentRecord {
  if (!record) {
    throw new AppError('notFound', vscode.l10n.t('There is no such deployment of this folder.'));
  }
  return record;
}
