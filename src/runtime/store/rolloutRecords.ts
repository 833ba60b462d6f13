import type { ServiceStatus } from '../../core/kinvey/apiTypes';
import type { Database } from './database';
import type { Changes, EnvironmentState, EnvironmentStore, Serving } from './environmentStore';
import type { JobStore } from './jobStore';

/** Who asked for what to be deployed. */
export interface DeployRecord {
  readonly environmentId: string;
  readonly jobId: string;
  readonly version?: string;
  readonly runtime?: string;
  /** The whole new set; absent leaves the environment's. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly requestedAt: string;
  readonly deployUserInfo: NonNullable<ServiceStatus['deployUserInfo']>;
}

/** An update, a recycle or a start of the runtime that failed. */
export interface FailedRestart {
  readonly environmentId: string;
  readonly reason: string;
  readonly status: Health;
  /** What was to serve; absent: nothing but what served. */
  readonly tried?: Changes;
  readonly jobId?: string;
}

/** How the replicas are; see the contract's 4.7. */
export type Health = 'ONLINE' | 'UPDATING' | 'ERROR';

const nothingYet: EnvironmentState = { status: 'NEW' };

/**
 * Writes down how deploys, updates and recycles go: the state of the environment (contract 4.7) and
 * the job's words, always both in one transaction. The top of the state tells what serves, its
 * `deployment` the latest rollout.
 */
export class RolloutRecords {
  constructor(
    private readonly database: Database,
    private readonly environments: EnvironmentStore,
    private readonly jobs: JobStore,
  ) {}

  deployBegins(deploy: DeployRecord): void {
    const { environmentId, version = '', runtime, requestedAt, deployUserInfo } = deploy;
    const before = { ...this.stateOf(environmentId), interrupted: undefined };
    this.environments.setState(environmentId, {
      status: 'BUILDING',
      deployment: { status: 'RUNNING', version, runtime },
      requestedAt,
      deployUserInfo,
      interrupted: before,
    });
  }

  /** The build is there, its first replica is on its way. */
  deployStarts({ environmentId, jobId }: DeployRecord, version: string): void {
    const { serving } = this.stateOf(environmentId);
    this.database.transaction(() => {
      this.environments.setState(environmentId, { status: serving ? 'UPDATING' : 'DEPLOYING' });
      this.jobs.advance(jobId, `Starting ${version}`);
    });
  }

  /** Answers pings: variables and runtime that came with the deploy are the environment's now. */
  deployed(deploy: DeployRecord, serving: Serving): void {
    const { environmentId, jobId, variables } = deploy;
    const { version = '', runtime } = serving;
    this.database.transaction(() => {
      this.environments.update(environmentId, { variables, runtime: deploy.runtime });
      this.environments.setState(environmentId, {
        status: 'ONLINE',
        serving,
        deployment: { status: 'COMPLETED', version, runtime },
        interrupted: undefined,
      });
      this.jobs.complete(jobId, `${version} is online`);
    });
  }

  /**
   * `deployment` keeps the version that failed, which the CLI then refuses to send again (contract
   * T20): a version that failed once is never mistaken for one that may run.
   */
  deployFailed({ environmentId, jobId }: DeployRecord, reason: string, status: Health): void {
    const { deployment } = this.stateOf(environmentId);
    this.database.transaction(() => {
      this.environments.setState(environmentId, {
        status,
        deployment: deployment && { ...deployment, status: 'ERROR' },
        interrupted: undefined,
      });
      this.jobs.fail(jobId, reason);
    });
  }

  /**
   * Replicas come and go outside of rollouts: ONLINE as long as one of them serves. An ERROR stays
   * until a rollout, since what could not be started is missing still.
   */
  healthChanged(environmentId: string, health: Health): void {
    const { status } = this.stateOf(environmentId);
    const follows = status === 'ONLINE' || status === 'UPDATING';
    if (follows && health !== 'ERROR' && health !== status) {
      this.environments.setState(environmentId, { status: health });
    }
  }

  /** Of an update or a recycle: the version stays, its processes change. */
  restartBegins(environmentId: string): void {
    this.environments.setState(environmentId, { status: 'UPDATING' });
  }

  /**
   * Whatever failed before: the environment was changed again, or is to be tried again. What serves
   * was rolled out once, and is told of as that until it is known how this goes.
   */
  updateAsked(environmentId: string): void {
    const deployment = this.completedDeployment(environmentId);
    this.environments.setState(environmentId, { failedChanges: undefined, deployment });
  }

  restarted(environmentId: string, serving: Serving, jobId?: string): void {
    this.database.transaction(() => {
      const failedChanges = undefined;
      const deployment = this.completedDeployment(environmentId);
      const state = { status: 'ONLINE', serving, deployment, failedChanges } as const;
      this.environments.setState(environmentId, state);
      if (jobId !== undefined) {
        this.jobs.complete(jobId, `${serving.version ?? 'The service'} is online`);
      }
    });
  }

  /**
   * The latest rollout failed, which `deployment` tells beside the status: of an update, the
   * replicas before it may serve on.
   */
  restartFailed({ environmentId, reason, status, tried, jobId }: FailedRestart): void {
    const { version = '' } = this.stateOf(environmentId).serving ?? {};
    const failed = tried && {
      failedChanges: { runtime: tried.runtime, variables: tried.variables },
      deployment: { status: 'ERROR', version, runtime: tried.runtime },
    };
    this.database.transaction(() => {
      this.environments.setState(environmentId, { status, ...failed });
      if (jobId !== undefined) {
        this.jobs.fail(jobId, reason);
      }
    });
  }

  /** The runtime ends, or ended, in the middle of a job: all is as it was before the job. */
  interrupted(environmentId: string, jobId: string): void {
    const { interrupted } = this.stateOf(environmentId);
    const doing = this.jobs.find(jobId)?.progress ?? 'Waiting';
    this.database.transaction(() => {
      if (interrupted) {
        this.environments.replaceState(environmentId, interrupted);
      }
      this.jobs.fail(jobId, `The runtime was stopped while it was at: ${doing}`);
    });
  }

  /** After a start: nothing runs yet, whatever the last runtime wrote. */
  recover(): void {
    for (const job of this.jobs.listUnfinished()) {
      this.interrupted(job.environmentId, job.jobId);
    }
    for (const { id, state } of this.environments.listAll()) {
      if (state.serving) {
        this.restartBegins(id);
      }
    }
  }

  /** A deploy of another version that failed stays what it was. */
  private completedDeployment(environmentId: string): EnvironmentState['deployment'] {
    const { deployment, serving } = this.stateOf(environmentId);
    const isOfServing = deployment?.status === 'ERROR' && deployment.version === serving?.version;
    return isOfServing ? { ...deployment, status: 'COMPLETED' } : deployment;
  }

  private stateOf(environmentId: string): EnvironmentState {
    return this.environments.find(environmentId)?.state ?? nothingYet;
  }
}
