import path from 'node:path';
import * as vscode from 'vscode';
import type { FrameSource } from '../../../core/deploy/watch/failureFrames';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import { SentFiles } from './sentFiles';

/** The folder's own file where it still is what was sent, else the file as it was sent. */
export function sourceUri(record: DeploymentRecord, source: FrameSource): vscode.Uri {
  const { folder, bundleHash = '' } = record;
  return source.at === 'folder'
    ? vscode.Uri.file(path.join(folder, source.path))
    : SentFiles.uriOf(folder, bundleHash, source.path);
}
