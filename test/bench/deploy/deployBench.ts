import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeBinding } from '../../../src/core/project/binding';
import { checkout } from '../../support/checkout';
import { connectDeployments, type ConnectedDeployments } from '../../support/deployments';
import { cliEnvironment, cliNodeOptions, cliScript } from '../../support/kinveyCli';
import { RuntimeClient, type TestService } from '../../support/runtimeClient';
import { owner, startRuntime, type RuntimeProcess } from '../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { median, report } from '../figure';
import type { SenderOptions } from './idleSender';
import { largest, smallest, writeProject, writeVersion, type Project } from './projects';
import { sendBundle } from './sendBundle';

const bench = 'deploy';
/** Many, as a machine may be twice as slow for some seconds. */
const rounds = 9;
const run = promisify(execFile);

interface OurRun {
  /** Absent: a deploy. */
  readonly args?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** One way to bring a folder, whose version is written already, to the instance. */
type Way = (folder: string, version: string) => Promise<unknown>;

export async function createDeployBench(): Promise<DeployBench> {
  const scratch = createScratchFolder('bench-deploy');
  const args = ['--replicas', '1'];
  const runtime = await startRuntime({ dataDirectory: path.join(scratch, 'data'), args });
  const client = await RuntimeClient.signIn(runtime.url);
  const core = await connectDeployments(runtime.url, client.token);
  const dev = { email: owner.email, token: client.token, host: runtime.url };
  const session = { activeProfile: 'dev', profiles: { dev } };
  writeFileSync(path.join(scratch, '.kinvey-cli'), JSON.stringify(session));
  return new DeployBench(scratch, runtime, client, core, await client.createService());
}

/** Each way in turn, round after round, against one runtime; the times end with the job's id. */
export class DeployBench {
  private versions = 0;

  constructor(
    private readonly scratch: string,
    private readonly runtime: RuntimeProcess,
    private readonly client: RuntimeClient,
    private readonly core: ConnectedDeployments,
    private readonly service: TestService,
  ) {}

  /** From command to job id, both as processes. */
  async compareProcesses(project: Project): Promise<void> {
    const figure = { case: `as processes, ${project.name}`, peerName: 'kinvey-cli', goal: 0.5 };
    await this.compare(project, figure, this.asProcess, this.byCli);
  }

  /** The sending itself, in a process that runs already, beside a process of each. */
  async compareTransfers(project: Project): Promise<void> {
    const figure = { case: `sending, ${project.name}`, peerName: 'tar | curl', goal: 1.5 };
    await this.compare(project, figure, this.byCore, this.byCurl);
  }

  /**
   * How much more memory than when idle ours takes for the largest: as a process, above one that has
   * nothing to do, and in one that runs already, as an editor's does.
   */
  async measureMemory(): Promise<void> {
    const peaks = { idle: [] as number[], largest: [] as number[] };
    const growths = { sending: [] as number[], reviewing: [] as number[] };
    const [small, large] = [await this.create(smallest), await this.create(largest)];
    for (let round = 0; round < rounds; round++) {
      peaks.idle.push(await this.peakOf(large, ['--help']));
      peaks.largest.push(await this.peakOfDeploy(large));
      growths.sending.push(await this.growthAboveIdle(small, large, false));
      growths.reviewing.push(await this.growthAboveIdle(small, large, true));
    }
    const name = `peak memory above idle, ${largest.name}`;
    const told = { bench, unit: 'MB', goal: 20 };
    const ours = median(peaks.largest) - median(peaks.idle);
    report({ ...told, case: `${name}, as process`, ours });
    const inProcess = `${name}, in one that runs`;
    report({ ...told, case: `${inProcess}, sending`, ours: median(growths.sending) });
    report({ ...told, case: `${inProcess}, review and sending`, ours: median(growths.reviewing) });
  }

  async end(): Promise<void> {
    this.core.services.dispose();
    await this.runtime.stop();
    removeScratchFolder(this.scratch);
  }

  private async compare(
    project: Project,
    figure: { case: string; peerName: string; goal: number },
    our: Way,
    their: Way,
  ): Promise<void> {
    const folder = await this.create(project);
    const times = { ours: [] as number[], peers: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      const [ours, peer] = [await this.time(folder, our), await this.time(folder, their)];
      // The first one fills the caches of disk and runtime.
      if (round === 0) continue;
      times.ours.push(ours);
      times.peers.push(peer);
    }
    const [ours, peer] = [median(times.ours), median(times.peers)];
    report({ bench, unit: 'ms', ...figure, ours, peer });
  }

  private async create(project: Project): Promise<string> {
    const folder = path.join(this.scratch, String(++this.versions));
    mkdirSync(folder);
    writeProject(folder, project);
    const target = { organizationId: 'x', ...this.service, serviceName: 'x' };
    await writeBinding(folder, 'dev', target);
    return folder;
  }

  /** The instance builds while nobody measures. */
  private async time(folder: string, way: Way): Promise<number> {
    const version = `1.0.${++this.versions}`;
    writeVersion(folder, version);
    const start = performance.now();
    await way(folder, version);
    const took = performance.now() - start;
    await this.served(version);
    return took;
  }

  private async served(version: string): Promise<void> {
    while ((await this.client.online(this.service)).version !== version);
  }

  private async growthAboveIdle(
    small: string,
    large: string,
    isReviewed: boolean,
  ): Promise<number> {
    const [first, second] = [`1.0.${++this.versions}`, `1.0.${++this.versions}`];
    writeVersion(small, first);
    writeVersion(large, second);
    const sender: SenderOptions = {
      url: this.runtime.url,
      token: this.client.token,
      service: this.service,
      isReviewed,
      bundles: [
        { folder: small, version: first },
        { folder: large, version: second },
      ],
    };
    const script = path.join(__dirname, 'deploy/idleSender.js');
    const { stdout } = await run(process.execPath, [script, JSON.stringify(sender)]);
    await this.served(second);
    return Number(stdout) / 1024;
  }

  private async peakOfDeploy(folder: string): Promise<number> {
    const version = `1.0.${++this.versions}`;
    writeVersion(folder, version);
    const peak = await this.peakOf(folder);
    await this.served(version);
    return peak;
  }

  private async peakOf(folder: string, args?: string[]): Promise<number> {
    const file = path.join(this.scratch, 'peak');
    const tell = path.join(checkout, 'test/bench/deploy/tellPeak.cjs');
    await this.runOurs(folder, {
      args,
      nodeOptions: ['--require', tell],
      env: { PEAK_FILE: file },
    });
    return Number(readFileSync(file, 'utf8')) / 1024;
  }

  private readonly asProcess: Way = (folder) => this.runOurs(folder);

  private runOurs(folder: string, { args, nodeOptions = [], env: more }: OurRun = {}) {
    const script = path.join(checkout, 'dist/deploy.js');
    const env = { ...process.env, FLEXSERVICE_TOKEN: this.client.token, ...more };
    const ours = args ?? ['--instance', this.runtime.url, '--no-watch', '--json'];
    return run(process.execPath, [...nodeOptions, script, ...ours], { cwd: folder, env });
  }

  private readonly byCli: Way = (folder) => {
    const env = { ...cliEnvironment, HOME: this.scratch };
    return run(process.execPath, [...cliNodeOptions, cliScript, 'flex', 'deploy'], {
      cwd: folder,
      env,
    });
  };

  private readonly byCore: Way = (folder, version) =>
    sendBundle(this.core, this.service, { folder, version });

  private readonly byCurl: Way = async (folder, version) => {
    const { serviceId, environmentId: serviceEnvironmentId } = this.service;
    const params = JSON.stringify({ serviceId, serviceEnvironmentId, version });
    const url = `${this.runtime.url}v4/jobs`;
    const send = `tar -C ${folder} --exclude=node_modules --exclude=.kinvey -cf - . | curl -sSf -H 'Authorization: Kinvey ${this.client.token}' -F type=deployService -F 'params=${params}' -F 'file=@-;filename=archive.tar' ${url}`;
    await run('sh', ['-c', send]);
  };
}
