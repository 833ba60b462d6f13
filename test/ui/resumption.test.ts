import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { writeBinding } from '../../src/core/project/binding';
import { checkout } from '../support/checkout';
import { copyOrdersService } from '../support/ordersService';
import { RuntimeClient } from '../support/runtimeClient';
import { InstanceProxy } from '../support/instanceProxy';
import { owner, startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';
import { VscodeWindow } from '../support/vscodeWindow';
import { sessionOver } from '../unit/core/deploy/deployTrial';
import { mainJob } from './mainJob';
import { packagedExtension } from './scene';
import { StartGate } from '../support/startGate';

const buildMs = 180_000;

/** Whoever is signed in by way of it is told at times that the session is over. */
class SessionProxy extends InstanceProxy {
  isOver = false;

  protected override take({ headers }: IncomingMessage, response: ServerResponse): boolean {
    const isRefused = this.isOver && headers.authorization !== undefined;
    if (isRefused) {
      const { error, body } = sessionOver;
      response.writeHead(error, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
    return isRefused;
  }
}

/** Two folders; the first one is bound anew while it is deployed. */
describe('several deploys when a window is reloaded', function () {
  this.timeout(300_000);
  const scratch = createScratchFolder('resumption');
  const [orders, users] = [path.join(scratch, 'orders'), path.join(scratch, 'users')];
  const gate = new StartGate(path.join(scratch, 'gate'));
  let runtime: RuntimeProcess;
  let proxy: SessionProxy;
  let window: VscodeWindow;

  before(async () => {
    const wait = await gate.close();
    for (const folder of [orders, users]) {
      await copyOrdersService(folder);
      const index = path.join(folder, 'index.js');
      await writeFile(index, `${wait}\n${await readFile(index, 'utf8')}`);
    }
    const workspace = path.join(scratch, 'shop.code-workspace');
    await writeFile(workspace, '{"folders":[{"path":"orders"},{"path":"users"}]}');
    // A service waits at the gate for as long as all the steps before it take.
    const env = { FLEX_RUNTIME_START_SECONDS: '240' };
    runtime = await startRuntime({ dataDirectory: path.join(scratch, 'runtime'), env });
    proxy = await new SessionProxy(runtime.url).start();
    window = await VscodeWindow.open({ folder: workspace, vsix: packagedExtension() });
    const scene = { window, runtime: proxy, ...owner, shot: () => Promise.resolve() };
    for (const { name, run } of mainJob) {
      if (['welcome', 'sign-in'].includes(name)) await run(scene);
    }
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await shot('failed');
  });
  after(async () => {
    await window.close();
    proxy.stop();
    await runtime.stop();
    removeScratchFolder(scratch);
  });

  const shot = (name: string) =>
    window.workbench.page.screenshot({
      path: path.join(checkout, 'out/ui/resumption', `${name}.png`),
    });

  const bind = async (folder: string, name: string) => {
    const client = await RuntimeClient.signIn(runtime.url);
    const service = await client.createService({ name });
    await rm(path.join(folder, '.kinvey'), { force: true });
    await writeBinding(folder, owner.email, {
      ...service,
      ...{ organizationId: '', serviceName: 'x' },
    });
    await window.workbench
      .view('Deployments')
      .expectRows(name, (rows) => rows.some(({ label }) => label === `x · ${name}`));
  };
  const deploy = async (folder: string, version: RegExp) => {
    const { workbench } = window;
    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.pick(path.basename(folder));
    await workbench.quickInput.pick('Patch');
    await expectGoing([version]);
  };
  const reload = async () => {
    const { workbench } = window;
    await workbench.reload();
    await workbench.statusBar.expect(/x · /);
    await workbench.openActivity('FlexService');
  };
  const expectGoing = (wanted: readonly RegExp[]) =>
    window.workbench.view('Deployments').expectRows('what goes on', (rows) => {
      const going = rows.filter(({ icon }) => icon.includes('sync'));
      const texts = going.map(({ label, description }) => `${label} ${description}`);
      return wanted.every((one) => texts.some((text) => one.test(text)));
    });

  it('watches each of them to its end, and tells it once', async () => {
    const { workbench } = window;
    await workbench.openActivity('FlexService');
    await bind(orders, 'First');
    await deploy(orders, /^1\.0\.1 (Building|Starting)/);
    await bind(users, 'Third');
    await deploy(users, /^1\.0\.1 (Building|Starting)/);
    await bind(orders, 'Second');
    await reload();
    await expectGoing([/^1\.0\.1 x · First: (Building|Starting)/]);
    await deploy(orders, /^1\.0\.2 (Building|Starting)/);

    await reload();

    await expectGoing([
      /^1\.0\.1 x · First: (Building|Starting)/,
      /^1\.0\.2 (Building|Starting)/,
      /^1\.0\.1 (Building|Starting)/,
    ]);
    await shot('going-on');
    await gate.open();
    const ends = ['x · First: 1.0.1', 'x · Second: 1.0.2', 'x · Third: 1.0.1'];
    for (const end of ends) await workbench.expectNotification(`${end} is online, after`, buildMs);
    await shot('ended');
    await until('nothing to go on', async () => {
      const rows = await workbench.view('Deployments').rows();
      return rows.every(({ icon }) => !icon.includes('sync'));
    });
    const told = await workbench.notifications.texts();
    assert.equal(told.filter((text) => text.includes('is online, after')).length, 3);
    await workbench.view('Deployments').row('x · First').click();
    await workbench.view('Deployments').expectRows('the outcomes', (rows) => {
      const over = rows.filter(({ description }) => description.startsWith('online'));
      return over.length === 3;
    });
    await shot('history');
    await (await workbench.expectNotification('x · First')).click('Show Service Logs');
    await until('its logs', async () => {
      return (await workbench.output.channel()) === 'FlexService: x (First)';
    });

    await reload();
    await workbench.statusBar.expect(/ONLINE/);
    assert.deepEqual(await workbench.notifications.texts(), []);
  });

  it('goes on after a session that ended in the middle, once its person has signed in again', async () => {
    const { workbench } = window;
    await gate.close();
    await deploy(users, /^1\.0\.2 (Building|Starting)/);
    proxy.isOver = true;
    const toast = await workbench.expectNotification('sign in again');
    proxy.isOver = false;
    await toast.click('Sign In Again');
    await workbench.quickInput.answer(owner.email, 'E-mail address');
    await workbench.quickInput.answer(owner.password, 'Password of');

    await expectGoing([/^1\.0\.2 (Building|Starting)/]);
    await shot('going-on-again');
    await gate.open();
    await workbench.expectNotification('x · Third: 1.0.2 is online, after', buildMs);
    await shot('ended-again');
  });
});
