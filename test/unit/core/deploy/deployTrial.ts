import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAppError, type ErrorCode } from '../../../../src/core/base/errors';
import { FileMemory } from '../../../../src/core/base/fileMemory';
import type { SharedMemory } from '../../../../src/core/base/memory';
import type { Log } from '../../../../src/core/base/log';
import type {
  DeployEvent,
  DeployRequest,
  DeployResult,
} from '../../../../src/core/deploy/deployment';
import type { DeploymentRecord } from '../../../../src/core/deploy/history/deploymentRecord';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import type { Target } from '../../../../src/core/project/targetResolver';
import { connectDeployments, type ConnectedDeployments } from '../../../support/deployments';
import { createJsonMemory } from '../../../support/jsonMemory';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';
import { ScriptedInstance } from '../../../support/scriptedInstance';

export const manifest = '{\r\n\t"name": "orders",\r\n\t"version": "1.0.0"\r\n}';
export const lock = '{"version":"1.0.0","lockfileVersion":3,"packages":{"":{"version":"1.0.0"}}}\n';

/** How an instance answers a session that is over. */
export const sessionOver = {
  error: 401,
  body: { code: 'InvalidCredentials', description: 'Authorization token invalid or expired.' },
};

export function building(version: string) {
  return { status: 'UPDATING', version: '1.0.0', deployment: { status: 'RUNNING', version } };
}

export function online(version: string) {
  return { status: 'ONLINE', version, deployment: { status: 'COMPLETED', version } };
}

/** A folder, an instance that plays its script, and the deployments between them. */
export class DeployTrial {
  readonly events: DeployEvent[] = [];
  readonly folder = createScratchFolder('deploy');
  /** Everything that went to the log. */
  logged = '';

  private constructor(
    readonly instance: ScriptedInstance,
    private connected?: ConnectedDeployments,
  ) {}

  private memory: SharedMemory = createJsonMemory();

  /** `pid` is that of the window's process. */
  static async start(pid?: number): Promise<DeployTrial> {
    const instance = new ScriptedInstance();
    await instance.start();
    const trial = new DeployTrial(instance);
    await trial.write('package.json', manifest);
    await trial.write('package-lock.json', lock);
    await trial.write('index.js', '// orders');
    trial.connected = await trial.openWindow(pid);
    return trial;
  }

  /** From here on on the disk, as the editor does. */
  async rememberIn(directory: string): Promise<void> {
    return this.rememberBy(new FileMemory(directory));
  }

  async rememberBy(memory: SharedMemory): Promise<void> {
    this.memory = memory;
    this.core.services.dispose();
    this.connected = await this.openWindow();
  }

  /** A window that remembers what the one before did. */
  openWindow(pid?: number): Promise<ConnectedDeployments> {
    const { memory } = this;
    return connectDeployments(this.instance.url, 'token-1', { log: this.log(), memory, pid });
  }

  get core(): ConnectedDeployments {
    assert.ok(this.connected);
    return this.connected;
  }

  end(): void {
    this.instance.stop();
    this.core.services.dispose();
    removeScratchFolder(this.folder);
  }

  read(name: string): Promise<string> {
    return readFile(path.join(this.folder, name), 'utf8');
  }

  write(name: string, content: string | Buffer): Promise<void> {
    return writeFile(path.join(this.folder, name), content);
  }

  target(): Target {
    return {
      folder: this.folder,
      account: this.core.account,
      serviceId: 'service-1',
      serviceName: 'orders',
      environmentId: 'env-1',
      environmentName: 'Development',
    };
  }

  /** 1.0.1 over 1.0.0 unless told otherwise. */
  async deploy(more: Partial<DeployRequest> = {}): Promise<DeployResult> {
    return this.core.deployments.deploy({ ...(await this.request()), ...more });
  }

  /** As `deploy`, without a watch. */
  async send(more: Partial<DeployRequest> = {}): Promise<DeploymentRecord> {
    return this.core.deployments.send({ ...(await this.request()), ...more });
  }

  private async request(): Promise<DeployRequest> {
    return {
      target: this.target(),
      bundle: await planBundle(this.folder),
      version: '1.0.1',
      onEvent: (event) => this.events.push(event),
    };
  }

  get last() {
    return this.core.records.last(this.folder);
  }

  /** Each once. */
  messages(): string[] {
    return [...new Set(this.events.map((event) => event.message))];
  }

  /** `outcome` is what is remembered of the deploy, if anything is. */
  async assertRestored(outcome?: 'unknown' | 'online'): Promise<void> {
    await this.assertUntouched();
    assert.equal(this.last?.outcome, outcome);
    assert.equal(this.core.records.pending.of(this.folder), undefined);
  }

  async assertUntouched(): Promise<void> {
    assert.equal(await this.read('package.json'), manifest);
    assert.equal(await this.read('package-lock.json'), lock);
  }

  private log(): Log {
    const write = (...parts: unknown[]) => (this.logged += JSON.stringify(parts));
    return { debug: write, info: write, warn: write, error: write };
  }
}

export function failsWith(code: ErrorCode, text: RegExp) {
  return (error: unknown) => {
    assert.ok(isAppError(error, code), String(error));
    assert.match(error.message, text);
    return true;
  };
}
