import assert from 'node:assert/strict';
import path from 'node:path';
import type { Job } from '../../src/core/kinvey/apiTypes';
import { RuntimeClient, tinyService, type Files, type TestService } from './runtimeClient';
import { startRuntime, type RuntimeOptions, type RuntimeProcess } from './runtimeProcess';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';

/** What tinyService answers. */
export interface Echo {
  readonly version: string;
  readonly pid: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly env: Record<string, string>;
}

export interface StationOptions extends Omit<RuntimeOptions, 'dataDirectory'> {
  /** Of each service environment; one unless told, as each costs a process. */
  readonly replicas?: number;
}

/** A runtime with a scratch folder of its own, and a client that is signed in there. */
export class RuntimeStation {
  readonly data: string;
  runtime!: RuntimeProcess;
  client!: RuntimeClient;

  private constructor(
    readonly folder: string,
    private readonly options: StationOptions,
  ) {
    this.data = path.join(folder, 'data');
  }

  /** `folder` goes with it, whoever made it. */
  static async open(
    options: StationOptions = {},
    folder = createScratchFolder('station'),
  ): Promise<RuntimeStation> {
    const station = new RuntimeStation(folder, options);
    await station.start();
    return station;
  }

  /** Also again, after the runtime has ended: on the same data, with a new session. */
  async start(port?: number): Promise<void> {
    const { replicas = 1, ...options } = { ...this.options, ...(port !== undefined && { port }) };
    const args = ['--replicas', String(replicas), ...(options.args ?? [])];
    this.runtime = await startRuntime({ ...options, dataDirectory: this.data, args });
    this.client = await RuntimeClient.signIn(this.runtime.url);
  }

  /** On the same data and port, after kill -9. */
  async restart(): Promise<void> {
    const port = Number(new URL(this.runtime.url).port);
    await this.runtime.kill();
    await this.start(port);
  }

  async close(): Promise<void> {
    await this.runtime.stop();
    removeScratchFolder(this.folder);
  }

  /** Waits for the end of a deploy, whatever it is. */
  async deploy(to: TestService, files: Files, more?: object): Promise<Job> {
    const { version } = JSON.parse(files['package.json'] ?? '') as { version: string };
    return this.client.ended(await this.client.deploy(to, version, files, more));
  }

  /** A new service that is online. */
  async deployed(files: Files = tinyService('1.0.0'), environment?: object): Promise<TestService> {
    const service = await this.client.createService(environment);
    await this.update(service, files);
    return service;
  }

  /** Brings the next version online. */
  async update(service: TestService, files: Files, more?: object): Promise<void> {
    const job = await this.deploy(service, files, more);
    assert.equal(job.status, 'COMPLETE', job.progress);
  }

  async echo(service: TestService, init?: RequestInit): Promise<Echo> {
    const response = await this.client.call(service, '/x', init);
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as Echo;
  }

  async messages(service: TestService): Promise<string[]> {
    return (await this.client.logs(service)).map(({ message }) => String(message));
  }
}

/** One station for all tests of the surrounding `describe`. */
export function useRuntime(options?: StationOptions): () => RuntimeStation {
  let station: RuntimeStation;
  before(async () => {
    station = await RuntimeStation.open(options);
  });
  after(() => station.close());
  return () => station;
}
