import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { writeBinding } from '../../src/core/project/binding';
import { checkout } from './checkout';
import { tinyService, type RuntimeClient, type TestService } from './runtimeClient';
import { RuntimeStation } from './runtimeStation';

export type DeployProcess = ChildProcessByStdio<null, Readable, Readable>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `--json` prints, as far as tests read it. */
export interface Report {
  readonly outcome: string;
  readonly version: string;
  readonly job: string;
  readonly reason?: string;
  readonly unwritten?: string;
  readonly files?: readonly string[];
  readonly error?: { code: string; message: string };
  readonly findings: readonly {
    severity: string;
    code: string;
    message: string;
    file?: string;
    line?: number;
    accepted?: boolean;
  }[];
}

/** dist/deploy.js as a pipeline runs it: a process, its exit code, its output. */
export class Pipeline {
  station!: RuntimeStation;
  service!: TestService;

  /** A folder that is bound to a service environment in which nothing was deployed yet. */
  async open(): Promise<void> {
    this.station = await RuntimeStation.open({ env: { FLEX_RUNTIME_START_ATTEMPTS: '1' } });
    const environmentVariables = { KEPT: 'one' };
    this.service = await this.client.createService({ environmentVariables });
    this.writeService();
    const binding = { organizationId: 'x', ...this.service, serviceName: 'tiny' };
    await writeBinding(this.folder, 'ci', binding);
  }

  get folder(): string {
    return path.join(this.station.folder, 'tiny');
  }

  get client(): RuntimeClient {
    return this.station.client;
  }

  get manifest(): string {
    return readFileSync(path.join(this.folder, 'package.json'), 'utf8');
  }

  write(name: string, content: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  remove(name: string): void {
    rmSync(path.join(this.folder, name), { recursive: true });
  }

  /** As preflight wants it, and without a download. */
  writeService(extra = ''): void {
    const dependencies = { 'kinvey-flex-sdk': 'file:sdk' };
    const manifest = { name: 'tiny', version: '1.0.0', dependencies };
    const files = {
      ...tinyService('1.0.0', extra),
      'sdk/package.json': '{"name":"kinvey-flex-sdk","version":"3.3.0"}',
      'package.json': `${JSON.stringify(manifest)}\n`,
    };
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  /** `starter`: a command that takes a command. */
  start(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    starter: readonly string[] = [],
  ): DeployProcess {
    const own = { FLEXSERVICE_TOKEN: this.client.token, FLEXSERVICE_INSTANCE: this.client.url };
    const script = path.join(checkout, 'dist/deploy.js');
    const [program = '', ...words] = [...starter, process.execPath, script, ...args];
    return spawn(program, words, {
      cwd: this.folder,
      env: { ...process.env, ...own, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  deploy(...args: string[]): Promise<Ended> {
    return endOf(this.start(args));
  }

  deployWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
    return endOf(this.start(args, env));
  }
}

export async function endOf(child: DeployProcess): Promise<Ended> {
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null && child.signalCode === null && once(child, 'exit'),
  ]);
  return { code: child.exitCode, stdout, stderr };
}

export function reportOf({ stdout }: Ended): Report {
  return JSON.parse(stdout) as Report;
}

/** One for all tests of the surrounding `describe`, each of which finds the service as it was. */
export function usePipeline(): Pipeline {
  const pipeline = new Pipeline();
  before(() => pipeline.open());
  beforeEach(() => pipeline.writeService());
  after(() => pipeline.station.close());
  return pipeline;
}
