import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FileMemory } from '../../src/core/base/fileMemory';
import type { DeployResult } from '../../src/core/deploy/deployment';
import { DeploymentStore } from '../../src/core/deploy/history/deploymentStore';
import { connectDeployments } from '../support/deployments';
import { tinyService, type TestService } from '../support/runtimeClient';
import { owner } from '../support/runtimeProcess';
import { RuntimeStation } from '../support/runtimeStation';
import { until } from '../support/until';
import { StartGate } from '../support/startGate';

interface WindowOrder {
  readonly url: string;
  readonly token: string;
  readonly memory: string;
  readonly folder: string;
}

/** What a window's process is told in its environment. */
const { WATCHING_WINDOW: order } = process.env;

/** A window that watches the last job of a folder on, as far as the editor has no part in it. */
async function watchOn({ url, token, memory, folder }: WindowOrder): Promise<void> {
  const options = { memory: new FileMemory(memory), email: owner.email, intervalMs: 100 };
  const { deployments, records } = await connectDeployments(url, token, options);
  const record = records.last(folder);
  assert.ok(record);
  const say = (told: object) => process.stdout.write(`${JSON.stringify(told)}\n`);
  say(await deployments.resume(record, undefined, ({ message }) => say({ message })));
  process.exit(0);
}

/** Such a window in a process of its own. */
class WindowProcess {
  readonly messages: string[] = [];
  result: DeployResult | undefined;

  private constructor(private readonly child: ChildProcess) {
    assert.ok(child.stdout);
    createInterface(child.stdout).on('line', (line) => {
      const told = JSON.parse(line) as DeployResult & { message?: string };
      if (told.message === undefined) this.result = told;
      else this.messages.push(told.message);
    });
  }

  static open(options: WindowOrder): WindowProcess {
    const env = { ...process.env, WATCHING_WINDOW: JSON.stringify(options) };
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    return new WindowProcess(spawn(process.execPath, [__filename], { env, stdio: [...stdio] }));
  }

  says(text: RegExp): Promise<unknown> {
    return until(`a window to say ${String(text)}`, () => text.test(this.messages.at(-1) ?? ''));
  }

  ends(): Promise<DeployResult> {
    return until('a window to tell the end', () => this.result);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

function testWindows(): void {
  describe('windows that watch the same deploy', function () {
    this.timeout(180_000);
    const folder = '/projects/tiny';
    let station: RuntimeStation;
    let gate: StartGate;
    let service: TestService;
    let order: WindowOrder;
    let windows: WindowProcess[] = [];
    let versions = 0;

    before(async () => {
      station = await RuntimeStation.open();
      gate = new StartGate(path.join(station.folder, 'gate'));
      service = await station.deployed(tinyService('1.0.0'));
    });
    afterEach(() => {
      windows.forEach((window) => window.kill());
      windows = [];
    });
    after(() => station.close());

    /** Another version is on its way, and does not start before the gate is open. */
    beforeEach(async () => {
      versions += 1;
      const version = `1.0.${versions}`;
      const files = tinyService(version, await gate.close());
      const job = await station.client.deploy(service, version, files);
      const memory = path.join(station.folder, `memory-${versions}`);
      const { url } = station.runtime;
      const names = { serviceName: 'tiny', environmentName: 'Development' };
      await new DeploymentStore(new FileMemory(memory)).save({
        ...{ ...names, ...service, folder, job, version, kind: 'deploy' },
        accountId: `${owner.email} ${url}`,
        startedAt: new Date().toISOString(),
      });
      order = { url, token: station.client.token, memory, folder };
    });

    const open = () => {
      const window = WindowProcess.open(order);
      windows.push(window);
      return window;
    };
    const history = () => new DeploymentStore(new FileMemory(order.memory)).history(folder);

    it('go on where the one that asks is killed, and the end is told by one', async () => {
      const first = open();
      await first.says(/^(Building|Starting)/);
      const [second, third] = [open(), open()];
      await Promise.all([second, third].map((window) => window.says(/^Another window/)));

      first.kill();
      await until('another one to ask', () =>
        [second, third].some(({ messages }) => /^(Building|Starting)/.test(messages.at(-1) ?? '')),
      );
      await gate.open();

      const ends = await Promise.all([second.ends(), third.ends()]);
      assert.deepEqual(
        ends.map(({ outcome }) => outcome),
        ['online', 'online'],
      );
      assert.equal(ends.filter(({ toldElsewhere }) => !toldElsewhere).length, 1);
      assert.deepEqual(
        history().map(({ outcome }) => outcome),
        ['online'],
      );
    });
  });
}

if (order === undefined) testWindows();
else void watchOn(JSON.parse(order) as WindowOrder);
