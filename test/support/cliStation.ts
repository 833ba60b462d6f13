import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KinveyCli, type CliResult } from './kinveyCli';
import { KinveyCliHost } from './kinveyCliHost';
import { ordersService } from './ordersService';
import { RuntimeClient, type Files } from './runtimeClient';
import { owner, startRuntime, type RuntimeProcess } from './runtimeProcess';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';

export const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
/** What a runtime calls its first organization. */
export const organization = 'My Organization';

/** A runtime, and a kinvey-cli whose only profile, `dev`, is signed in there. */
export class CliStation {
  private constructor(
    readonly folder: string,
    readonly runtime: RuntimeProcess,
    readonly client: RuntimeClient,
    private readonly host: KinveyCliHost,
    /** Runs in a copy of the sample service. */
    readonly cli: KinveyCli,
  ) {}

  static async open(): Promise<CliStation> {
    const folder = createScratchFolder('cli');
    cpSync(ordersService, path.join(folder, 'project'), { recursive: true });
    mkdirSync(path.join(folder, 'home'));
    const runtime = await startRuntime({
      dataDirectory: path.join(folder, 'data'),
      args: ['--replicas', '1'],
    });
    const client = await RuntimeClient.signIn(runtime.url);
    const home = path.join(folder, 'home');
    const host = new KinveyCliHost();
    const cli = new KinveyCli(home, path.join(folder, 'project'), { host });
    // As `profile create` writes it (contract 6.2), which tests of its own see to.
    const dev = { email: owner.email, token: client.token, host: runtime.url };
    const session = { activeProfile: 'dev', profiles: { dev } };
    writeFileSync(path.join(home, '.kinvey-cli'), JSON.stringify(session));
    return new CliStation(folder, runtime, client, host, cli);
  }

  async close(): Promise<void> {
    await Promise.all([this.host.stop(), this.runtime.stop()]);
    removeScratchFolder(this.folder);
  }

  /** The options of a sign-in at the runtime. */
  credentials(password: string = owner.password): string[] {
    const options = { email: owner.email, password, 'instance-id': this.runtime.url };
    return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  }

  createProfile(name: string, password?: string, cli = this.cli): Promise<CliResult> {
    return cli.run('profile', 'create', name, ...this.credentials(password));
  }

  /** Another person on this machine, who has no profile yet. */
  newcomer(name: string): KinveyCli {
    mkdirSync(path.join(this.folder, name));
    return new KinveyCli(path.join(this.folder, name), this.cli.folder, { host: this.host });
  }

  /** The same person in another project, which has these files. */
  inProject(name: string, files: Files): KinveyCli {
    const folder = path.join(this.folder, name);
    mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    return new KinveyCli(path.join(this.folder, 'home'), folder, { host: this.host });
  }

  tokenOf(profile: string, home = 'home'): string {
    const text = readFileSync(path.join(this.folder, home, '.kinvey-cli'), 'utf8');
    const { profiles } = JSON.parse(text) as { profiles: Record<string, { token: string }> };
    return profiles[profile]?.token ?? '';
  }
}

/** One station for all tests of the surrounding `describe`. */
export function useCliStation(): () => CliStation {
  let station: CliStation;
  before(async () => {
    station = await CliStation.open();
  });
  after(() => station.close());
  return () => station;
}

/** Exit code 0, nothing on stderr, and on stdout what is expected. */
export function assertPrints({ code, stdout, stderr }: CliResult, expected: RegExp): void {
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, expected);
}

/** Exit code 1, nothing on stdout, and on stderr why. */
export function assertFails({ code, stdout, stderr }: CliResult, expected: RegExp): void {
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, expected);
}
