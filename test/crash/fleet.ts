import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceEnvironment } from '../../src/core/kinvey/apiTypes';
import { identify } from '../../src/runtime/replicas/processTable';
import { workingOn } from '../support/leftOvers';
import { RuntimeClient, type TestService } from '../support/runtimeClient';
import { startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { until } from '../support/until';
import { crashService } from './crashService';
import type { Plan } from './plan';

/** What is known of a service that the tests deployed. */
export interface Member {
  readonly service: TestService;
  /** What is ONLINE, as far as anybody was told. */
  version: string;
  /** The value of the variable ROUND; undefined before the first update. */
  round?: string;
}

/** What a round asked for, and what it was told of it before the kill. */
export interface Attempt {
  readonly member: Member;
  /** The version that a deploy would bring. */
  readonly version?: string;
  /** What an update makes of the variable ROUND. */
  readonly round?: string;
  /** Whether the update was answered with 200: from then on it is a promise. */
  isUpdated?: boolean;
  /** Where the answer came before the kill. */
  jobId?: string;
  /** The job's last known status. */
  jobStatus?: string;
}

/** A process of the killed runtime: its id and its start. */
export interface LeftBehind {
  readonly pid: number;
  readonly identity: string;
}

/** A runtime with some services, which is killed and started again on one data folder and port. */
export class Fleet {
  readonly members: Member[] = [];
  client!: RuntimeClient;
  private runtime!: RuntimeProcess;
  private isKilled = true;
  private port = 0;
  private lastVersion = 0;

  constructor(readonly folder: string) {}

  async start(): Promise<void> {
    const env = { FLEX_RUNTIME_START_ATTEMPTS: '2' };
    this.runtime = await startRuntime({ dataDirectory: this.folder, port: this.port, env });
    this.port = Number(new URL(this.runtime.url).port);
    this.isKilled = false;
  }

  /** The session is the one that is used to the end. */
  async populate(services: number): Promise<void> {
    this.client = await RuntimeClient.signIn(this.runtime.url);
    for (let index = 0; index < services; index++) {
      const service = await this.client.createService();
      const version = this.mintVersion();
      await this.client.deploy(service, version, crashService(version, false));
      await this.client.online(service);
      this.members.push({ service, version });
    }
  }

  async stop(): Promise<void> {
    await this.runtime.stop();
  }

  /** Kills the runtime in the middle of what the plan says; answers what it left running. */
  async killDuring(plan: Plan): Promise<{ attempt: Attempt; left: LeftBehind[] }> {
    const member = this.members[plan.service]!;
    const version = plan.action.startsWith('deploy') ? this.mintVersion() : undefined;
    const round = plan.action === 'update' ? String(plan.round) : undefined;
    const attempt: Attempt = { member, version, round };
    // What is still under way at the kill fails with it.
    const work = this.work(plan, attempt).catch(() => undefined);
    if (plan.stage > 0) await work;
    await sleep(plan.delayMs);
    await this.kill();
    await work;
    return { attempt, left: this.leftBehind() };
  }

  /** Kills a runtime that has just started, while it brings its services back. */
  async killAgain(afterMs: number): Promise<LeftBehind[]> {
    await this.start();
    await sleep(afterMs);
    await this.kill();
    return this.leftBehind();
  }

  private async kill(): Promise<void> {
    this.isKilled = true;
    await this.runtime.kill();
  }

  private leftBehind(): LeftBehind[] {
    return workingOn(this.folder).flatMap((pid) => {
      const identity = identify(pid);
      return identity === undefined ? [] : [{ pid, identity }];
    });
  }

  private async work(plan: Plan, attempt: Attempt): Promise<void> {
    if (plan.action === 'update') {
      await this.update(plan, attempt);
      return;
    }
    attempt.jobId = await this.request(plan, attempt);
    await this.watch(plan.stage - 1, async () => {
      const { status, progress } = await this.client.job(attempt.jobId!);
      attempt.jobStatus = status;
      return { words: progress, isOver: status === 'COMPLETE' || status === 'FAILED' };
    });
  }

  private request(plan: Plan, { member, version }: Attempt): Promise<string> {
    if (version === undefined) return this.client.recycle(member.service);
    const files = crashService(version, plan.action === 'deploy broken');
    return this.client.deploy(member.service, version, files);
  }

  /** An update has no job: the status tells. */
  private async update(plan: Plan, attempt: Attempt): Promise<void> {
    const { service } = attempt.member;
    const variables = { environmentVariables: { ROUND: attempt.round } };
    const before = await this.environment(attempt.member);
    const { status } = await this.client.send('PUT', routeOf(service), { ...before, ...variables });
    attempt.isUpdated = status === 200;
    await this.watch(plan.stage - 1, async () => {
      const { status } = await this.client.status(service);
      return { words: status, isOver: status === 'ONLINE' };
    });
  }

  async environment({ service }: Member): Promise<Partial<ServiceEnvironment>> {
    return (await this.client.send('GET', routeOf(service))).body as ServiceEnvironment;
  }

  /** Until so many different words were seen, it is over, or nobody is there to ask. */
  private async watch(
    words: number,
    read: () => Promise<{ words: string; isOver: boolean }>,
  ): Promise<void> {
    const seen = new Set<string>();
    await until('progress', async () => {
      if (this.isKilled) return true;
      const now = await read();
      seen.add(now.words);
      return now.isOver || seen.size > words;
    });
  }

  private mintVersion(): string {
    this.lastVersion += 1;
    return `1.0.${this.lastVersion}`;
  }
}

function routeOf({ serviceId, environmentId }: TestService): string {
  return `v4/services/${serviceId}/environments/${environmentId}`;
}
