import path from 'node:path';
import * as vscode from 'vscode';
import type { ApiProvider } from '../../../core/accounts/apiProvider';
import { AppError, isAppError } from '../../../core/base/errors';
import type { DeploymentRecord } from '../../../core/deploy/history/deploymentRecord';
import type { DeploymentStore } from '../../../core/deploy/history/deploymentStore';
import type { Job } from '../../../core/kinvey/apiTypes';
import type { Call } from '../../runCommand';
import type { Targets } from '../../targets';

export interface JobReport {
  job: string;
  status: string;
  progress: string;
  version?: string;
  outcome?: string;
}

/** Tells of a job: the last one of a folder, or one that was named. */
export class LastJob {
  constructor(
    private readonly apis: ApiProvider,
    private readonly targets: Targets,
    private readonly records: DeploymentStore,
  ) {}

  async show({ argument, byPerson }: Call<'flexservice.deploy.job'>): Promise<JobReport> {
    const folder = await this.targets.folder(argument.folder);
    const record = this.records.last(folder);
    const asked = argument.job === '' ? undefined : argument.job;
    const id = asked ?? record?.job;
    if (id === undefined) {
      const name = path.basename(folder);
      throw new AppError('notFound', vscode.l10n.t('{0} has not been deployed from here.', name));
    }
    const own = record?.job === id ? record : undefined;
    const report = reportOf(id, await this.fetch(id, folder, own), own);
    if (byPerson) {
      void vscode.window.showInformationMessage(textOf(report, own));
    }
    return report;
  }

  /** An instance forgets old jobs, and an answer may be lost; what we know ourselves is told then. */
  private async fetch(id: string, folder: string, own: DeploymentRecord | undefined) {
    if (id === '') {
      return undefined;
    }
    const accountId = own?.accountId ?? (await this.targets.boundTarget({ folder })).account.id;
    const api = await this.apis.forAccount(accountId);
    try {
      return await api.getJob(id);
    } catch (error) {
      if (own?.outcome !== undefined && isAppError(error, 'notFound')) {
        return undefined;
      }
      throw error;
    }
  }
}

function reportOf(id: string, job: Job | undefined, own: DeploymentRecord | undefined): JobReport {
  return {
    job: id,
    status: job?.status ?? statusOf(own),
    progress: job?.progress ?? own?.progress ?? '',
    version: own?.version,
    outcome: own?.outcome,
  };
}

/** In the words of a job (contract 4.6), as far as we know it. */
function statusOf(own: DeploymentRecord | undefined): string {
  switch (own?.outcome) {
    case 'online':
    case 'incomplete':
    case 'replaced':
    case 'stored':
      return 'COMPLETE';
    case 'failed':
      return 'FAILED';
    default:
      return 'UNKNOWN';
  }
}

function textOf(report: JobReport, own: DeploymentRecord | undefined): string {
  const { job, status, progress } = report;
  const facts = [status, progress || own?.reason].filter(Boolean).join(', ');
  if (!own) {
    return vscode.l10n.t('Job {0}: {1}', job, facts);
  }
  const what = {
    deploy: vscode.l10n.t('Deploy of {0}', own.version ?? ''),
    recycle: vscode.l10n.t('Recycle'),
    update: vscode.l10n.t('Update'),
  }[own.kind];
  const when = new Date(own.startedAt).toLocaleString();
  const target = `${own.serviceName} · ${own.environmentName}`;
  const told = vscode.l10n.t('{0} to {1}, {2}: {3}', what, target, when, facts);
  // An update has no job, and so no id.
  if (own.kind === 'update') {
    return told;
  }
  const id = job === '' ? vscode.l10n.t('its id was lost') : vscode.l10n.t('job {0}', job);
  return `${told} (${id})`;
}
