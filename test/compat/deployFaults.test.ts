import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { isAppError } from '../../src/core/base/errors';
import { planBundle } from '../../src/core/project/bundlePlan';
import { FaultScene, serviceThatBreaks, type FaultWindow } from '../support/faultScene';
import { FaultyProxy } from '../support/faultyProxy';
import { endLock } from '../support/folderLocks';
import { gate } from '../support/gate';
import { RuntimeClient, type TestService } from '../support/runtimeClient';
import { RuntimeStation } from '../support/runtimeStation';
import { failsWith } from '../unit/core/deploy/deployTrial';

/** After each fault the folder's files, the history and the instance agree, and one end was told. */
describe('a deploy in trouble', function () {
  this.timeout(120_000);
  let station: RuntimeStation;
  let proxy: FaultyProxy;
  let service: TestService;
  let scene: FaultScene;

  before(async () => {
    station = await RuntimeStation.open({ env: { FLEX_RUNTIME_START_ATTEMPTS: '2' } });
    proxy = await new FaultyProxy(station.runtime.url).start();
    service = await station.deployed(serviceThatBreaks('1.0.0'));
  });
  beforeEach(async () => {
    scene = await FaultScene.begin(station, proxy, service);
  });
  afterEach(() => scene.end());
  after(async () => {
    proxy.stop();
    await station.close();
  });

  for (let tenth = 0; tenth < 10; tenth += 1) {
    it(`leaves everything as it was where the upload is cut after ${tenth} tenths`, async () => {
      const window = await scene.window();
      const { tarBytes } = await planBundle(window.folder);
      proxy.script = async (deploy) => {
        await deploy.pass(Math.floor((tarBytes * tenth) / 10));
        deploy.cut();
      };

      await assertGivenUp(window);
      await window.assertUntouched();
    });
  }

  it('finds its job where only the answer to the whole upload is lost, and sends nothing again', async () => {
    const window = await scene.window();
    proxy.script = async (deploy) => {
      await deploy.finish();
      await scene.begun();
      deploy.cut();
    };

    const { outcome } = await window.deploy();

    assert.equal(outcome, 'online');
    assert.deepEqual(window.told, [`${scene.next} is online.`]);
    await window.assertDeployed();
  });

  it('is sent by one of two windows that start at the same moment, and the other says so', async () => {
    const windows = [await scene.window(), await scene.window()];
    // Nothing arrives before both have come as far as they may.
    const isBegun = gate(2);
    proxy.script = async (deploy) => {
      isBegun.count();
      await isBegun.open;
      deploy.answer(await deploy.finish());
    };

    const ends = await Promise.all(
      windows.map((window) =>
        window.deploy().catch((error: unknown) => {
          isBegun.count();
          return error;
        }),
      ),
    );

    const loser = ends.findIndex((end) => isAppError(end, 'folderTaken'));
    assert.match(
      windows[loser]?.told.join() ?? '',
      /^Another window or command is deploying .*tiny:/,
    );
    assert.deepEqual(windows[1 - loser]?.told, [`${scene.next} is online.`]);
    await windows[loser]?.assertDeployed();
  });

  it('is made by one of two machines that send the same version at once, and fails on the other', async () => {
    const windows = [
      await scene.window({ machine: 'here' }),
      await scene.window({ machine: 'there' }),
    ];
    const isBegun = gate(2);
    proxy.script = async (deploy) => {
      isBegun.count();
      await isBegun.open;
      deploy.answer(await deploy.finish());
    };

    const ends = await Promise.all(windows.map((window) => window.deploy()));

    const loser = ends.findIndex(({ outcome }) => outcome === 'failed');
    const [late, first] = [windows[loser], windows[1 - loser]];
    assert.ok(late && first);
    const why = `Version ${scene.next} was already deployed: bump the version in package.json and deploy again.`;
    assert.deepEqual([late.told, first.told], [[why], [`${scene.next} is online.`]]);
    assert.deepEqual(
      late.history.map(({ outcome, reason }) => [outcome, reason]),
      [['failed', why]],
    );
    late.assertVersion(scene.next);
    assert.equal(proxy.jobs.length, 2);
    proxy.jobs.pop();
    await first.assertDeployed();
  });

  it('changes nothing where the session is over in the middle, and is made once after a new one', async () => {
    const window = await scene.window();
    proxy.script = async (deploy) => {
      await deploy.pass(200_000);
      deploy.answer(sessionOver);
    };

    await assert.rejects(window.deploy(), failsWith('sessionExpired', /sign in again/));

    assert.equal(window.told.length, 1);
    assert.deepEqual(window.history, []);
    await window.assertUntouched();
    proxy.reset();
    await window.core.signIn(station.client.token);
    await window.deploy();
    await window.assertDeployed();
  });

  it('is found again where the session ends while it is sent, after the instance let it begin', async () => {
    const window = await scene.window();
    const client = await RuntimeClient.signIn(station.runtime.url);
    await window.core.signIn(client.token);
    proxy.script = async (deploy) => {
      await deploy.pass(200_000);
      await client.send('DELETE', 'session');
      deploy.answer(await deploy.finish());
    };

    await assert.rejects(window.deploy(), failsWith('sessionExpired', /sign in again/));

    assert.equal(window.told.length, 1);
    const [record] = window.history;
    assert.deepEqual([record?.job, record?.outcome], [proxy.jobs[0], undefined]);
    assert.ok(record);
    await window.core.signIn(station.client.token);
    await window.resume(record);
    assert.deepEqual(window.told.slice(1), [`${scene.next} is online.`]);
    await window.assertDeployed();
  });

  it('leaves everything as it was where the instance is restarted in the middle', async () => {
    const window = await scene.window();
    proxy.script = async (deploy) => {
      await deploy.pass(200_000);
      await station.restart();
      deploy.cut();
    };

    await assertGivenUp(window);

    await window.assertUntouched();
  });

  it('ends as failed where the instance is restarted during its job, and its version is free again', async () => {
    const window = await scene.window();
    window.write('index.js', `setInterval(() => {}, 1_000);`);
    proxy.script = async (deploy) => {
      deploy.answer(await deploy.finish());
      await station.restart();
    };

    const { outcome } = await window.deploy();

    assert.equal(outcome, 'failed');
    assert.match(window.told.join(), /^The runtime was stopped while it was at: [^,]*$/);
    assert.deepEqual(
      window.history.map(({ outcome, reason }) => [outcome, reason]),
      [['failed', window.told[0]]],
    );
    window.assertVersion(scene.version);
    proxy.jobs.pop();
    await scene.assertServes(scene.version);
  });

  it('is told by the next window where the first one ends in the middle', async () => {
    const first = await scene.window({ pid: spawnSync(process.execPath, ['-e', '']).pid });
    const isLeft = gate(1);
    const isOver = gate(1);
    proxy.script = async (deploy) => {
      await deploy.pass(200_000);
      isLeft.count();
      await isOver.open;
      deploy.cut();
    };
    const left = first.deploy().catch((error: unknown) => error);
    await isLeft.open;
    await endLock(first.folder);
    const next = await scene.window();

    const { lost } = await next.core.recovery.recover(next.folder);

    assert.match(lost?.message ?? '', /was closed while it sent .* does not tell of that deploy/);
    assert.deepEqual(
      next.history.map(({ outcome, reason }) => [outcome, reason]),
      [['unknown', lost?.message]],
    );
    next.assertVersion(scene.version);
    await scene.assertServes(scene.version);
    isOver.count();
    await left;
  });

  it('is an update that fails, though what served goes on, and is over with the next one', async () => {
    const window = await scene.window();

    const broken = await window.update({ set: { BREAK: 'yes' } });

    const why = `${scene.version} did not start with the change, and goes on as it was before.`;
    assert.deepEqual([broken?.outcome, broken?.startupError?.message], ['failed', 'Error: broken']);
    const { status, version } = await station.client.status(service);
    assert.deepEqual([status, version], ['ONLINE', scene.version]);
    const mended = await window.update({ unset: ['BREAK'] });
    assert.equal(mended?.outcome, 'online');
    assert.deepEqual(window.told, [why, `${scene.version} is online.`]);
    assert.deepEqual(
      window.history.map(({ kind, outcome }) => [kind, outcome]),
      [
        ['update', 'online'],
        ['update', 'failed'],
      ],
    );
    await scene.assertServes(scene.version);
  });

  /** What has left this machine as a whole may have arrived: nobody here knows. */
  async function assertGivenUp(window: FaultWindow): Promise<void> {
    await assert.rejects(window.deploy(), (error) => {
      assert.ok(isAppError(error, 'unreachable', 'outcomeUnknown'), String(error));
      const isSure = error.code === 'unreachable';
      assert.deepEqual(window.told, [error.message]);
      const ends = window.history.map(({ outcome, reason }) => [outcome, reason]);
      assert.deepEqual(ends, isSure ? [] : [['unknown', error.message]]);
      return true;
    });
  }
});

const sessionOver = {
  status: 401,
  body: JSON.stringify({
    code: 'InvalidCredentials',
    description: 'Authorization token invalid or expired.',
  }),
};
