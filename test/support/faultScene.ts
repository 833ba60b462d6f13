import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FileMemory } from '../../src/core/base/fileMemory';
import { messageOf } from '../../src/core/base/errors';
import type { DeployEvent, DeployRequest, DeployResult } from '../../src/core/deploy/deployment';
import type { EnvironmentChange } from '../../src/core/deploy/environmentUpdate';
import type { DeploymentRecord } from '../../src/core/deploy/history/deploymentRecord';
import { Vault } from '../../src/core/deploy/vault/vault';
import type { ServiceStatus } from '../../src/core/kinvey/apiTypes';
import { planBundle } from '../../src/core/project/bundlePlan';
import { connectDeployments, type ConnectedDeployments } from './deployments';
import type { FaultyProxy } from './faultyProxy';
import { tinyService, type Files, type TestService } from './runtimeClient';
import { owner } from './runtimeProcess';
import type { RuntimeStation } from './runtimeStation';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';
import { until } from './until';

export interface WindowOptions {
  /** Its own copy of the folder, and what it remembers; windows of one machine share both. */
  readonly machine?: string;
  /** Of the window's process. */
  readonly pid?: number;
}

/** With the variable BREAK it does not start. */
export function serviceThatBreaks(version: string): Files {
  return tinyService(version, `if (process.env.BREAK) throw new Error('broken');`);
}

/** A service that is online, and the next version of it in a folder, about to be deployed. */
export class FaultScene {
  private readonly scratch = createScratchFolder('faults');
  private readonly windows: FaultWindow[] = [];
  private readonly filler = randomBytes(600_000);

  private constructor(
    readonly station: RuntimeStation,
    readonly proxy: FaultyProxy,
    readonly service: TestService,
    readonly before: ServiceStatus,
  ) {}

  /** Goes on with the version that serves. */
  static async begin(
    station: RuntimeStation,
    proxy: FaultyProxy,
    service: TestService,
  ): Promise<FaultScene> {
    proxy.reset();
    return new FaultScene(station, proxy, service, await station.client.online(service));
  }

  get version(): string {
    return this.before.version ?? '';
  }

  /** What is deployed. */
  get next(): string {
    return `1.0.${Number(this.version.split('.')[2]) + 1}`;
  }

  manifest(version = this.version): string {
    return `{\r\n\t"name": "tiny",\r\n\t"version": "${version}"\r\n}`;
  }

  async window({ machine = 'here', pid }: WindowOptions = {}): Promise<FaultWindow> {
    const folder = path.join(this.scratch, machine, 'tiny');
    if (this.windows.every((other) => other.folder !== folder)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'package.json'), this.manifest());
      writeFileSync(path.join(folder, 'index.js'), serviceThatBreaks('')['index.js'] ?? '');
      writeFileSync(path.join(folder, 'filler.bin'), this.filler);
    }
    const storage = path.join(this.scratch, machine, 'storage');
    const { token } = this.station.client;
    const memory = new FileMemory(path.join(storage, 'deployments'));
    const core = await connectDeployments(this.proxy.url, token, {
      ...{ memory, pid, email: owner.email },
      // What looks more often takes from what it waits for.
      intervalMs: 40,
    });
    const window = new FaultWindow(this, core, folder, path.join(storage, 'vault'));
    this.windows.push(window);
    return window;
  }

  /** Waits until the instance tells of the next version: a window asks it a few times only. */
  async begun(): Promise<void> {
    await until('the deploy to be told', async () => {
      const { deployment } = await this.station.client.status(this.service);
      return deployment?.version === this.next;
    });
  }

  /** Waits until the service serves, and compares what is told of it. */
  async assertServes(version: string): Promise<void> {
    const now = await this.station.client.online(this.service);
    assert.deepEqual([now.version, now.deployment?.version], [version, version]);
    assert.equal(now.deployment?.status, 'COMPLETED');
    assert.equal(now.requestedAt === this.before.requestedAt, version === this.version);
    assert.equal(this.proxy.jobs.length >= 1, version !== this.version);
  }

  end(): void {
    this.windows.forEach(({ core }) => core.services.dispose());
    removeScratchFolder(this.scratch);
  }
}

/** A window of the editor, as far as its deploys go. */
export class FaultWindow {
  /** Every end that a person was told of, in words. */
  readonly told: string[] = [];

  constructor(
    private readonly scene: FaultScene,
    readonly core: ConnectedDeployments,
    readonly folder: string,
    private readonly vault: string,
  ) {}

  /** The next version; what it ends or fails with is told. */
  async deploy(more: Partial<DeployRequest> = {}): Promise<DeployResult> {
    const { next, before } = this.scene;
    const request: DeployRequest = {
      target: this.target(),
      bundle: await planBundle(this.folder),
      version: next,
      seen: before,
      vault: new Vault(this.vault, () => 100_000_000),
      onEvent: (event) => this.hear(event),
      ...more,
    };
    return this.tell(this.core.deployments.deploy(request));
  }

  update(change: EnvironmentChange): Promise<DeployResult | undefined> {
    const hear = (event: DeployEvent) => this.hear(event);
    return this.tell(this.core.deployments.update(this.target(), change, undefined, hear));
  }

  resume(record: DeploymentRecord): Promise<DeployResult> {
    return this.tell(this.core.deployments.resume(record, undefined, (event) => this.hear(event)));
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  get history(): readonly DeploymentRecord[] {
    return this.core.records.history(this.folder);
  }

  /** Nothing was deployed: the bytes, the vault and the service are as they were. */
  async assertUntouched(): Promise<void> {
    this.assertVersion(this.scene.version);
    const kept = this.history.flatMap(({ bundleHash, copy }) => (copy ? [bundleHash] : []));
    mkdirSync(this.vault, { recursive: true });
    const files = readdirSync(this.vault, { recursive: true }).map(String);
    assert.equal(files.filter((name) => name.includes('.')).length, kept.length);
    await this.scene.assertServes(this.scene.version);
  }

  /** The next version was deployed, once. */
  async assertDeployed(): Promise<void> {
    this.assertVersion(this.scene.next);
    const [record, ...others] = this.history.map(({ version, outcome }) => [version, outcome]);
    assert.deepEqual(record, [this.scene.next, 'online']);
    // One before it may not have arrived.
    assert.ok(others.every(([, outcome]) => outcome === 'unknown'));
    assert.equal(this.scene.proxy.jobs.length, 1);
    await this.scene.assertServes(this.scene.next);
  }

  assertVersion(version: string): void {
    const manifest = readFileSync(path.join(this.folder, 'package.json'), 'utf8');
    assert.equal(manifest, this.scene.manifest(version));
    assert.equal(this.core.records.pending.of(this.folder), undefined);
  }

  private target() {
    const names = { serviceName: 'tiny', environmentName: 'Development' };
    return { ...this.scene.service, ...names, folder: this.folder, account: this.core.account };
  }

  private hear({ phase, message }: DeployEvent): void {
    if (phase === 'done') {
      this.told.push(message);
    }
  }

  private async tell<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.told.push(messageOf(error));
      throw error;
    }
  }
}
