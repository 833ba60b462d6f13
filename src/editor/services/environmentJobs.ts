import { AppError } from '../../core/base/errors';
import type { DeployEvent, DeployResult } from '../../core/deploy/deployment';
import type { Target } from '../../core/project/targetResolver';
import type { TargetArgument } from '../contributions';
import type { FolderStates } from '../folderStates';
import type { JobProgress } from '../jobProgress';
import { notBackText } from '../jobSentences';
import type { NamedTarget } from '../targets';

export interface EnvironmentJob<R> {
  readonly target: NamedTarget;
  readonly title: string;
  /** Asks whether it may begin; throws `cancelled`. */
  readonly ask: () => Promise<void>;
  readonly run: (
    target: Target,
    signal: AbortSignal,
    onEvent: (event: DeployEvent) => void,
  ) => Promise<R>;
}

/** Whatever restarts a service environment without a deploy: one at a time, watched to its end. */
export class EnvironmentJobs {
  constructor(
    private readonly folders: FolderStates,
    private readonly progress: JobProgress,
  ) {}

  /** Throws `rejected` while a job is under way, and `deployFailed`. */
  async run<R extends DeployResult | undefined>(job: EnvironmentJob<R>): Promise<R> {
    const { target, title, ask } = job;
    const { environmentId, serviceName } = target;
    // A service that no folder is bound to is told apart by its environment.
    const folder = target.folder ?? this.folders.boundTo(environmentId) ?? environmentId;
    this.progress.ensureIdle(folder, serviceName);
    await ask();
    const result = await this.progress.run(title, folder, (signal, onEvent) =>
      job.run({ ...target, folder }, signal, onEvent),
    );
    if (result?.outcome === 'failed') {
      throw new AppError('deployFailed', notBackText(serviceName, result.reason), {
        details: { ...argumentOf(target) },
      });
    }
    return result;
  }
}

export function argumentOf({ account, serviceId, environmentId }: NamedTarget): TargetArgument {
  return { account: account.id, service: serviceId, environment: environmentId };
}
