import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { RuntimeProcess } from '../support/runtimeProcess';
import { until } from '../support/until';
import type { VscodeWindow } from '../support/vscodeWindow';

/** What the main job is done with: a window on a copy of the orders service, and an instance. */
export interface Scene {
  window: VscodeWindow;
  runtime: Pick<RuntimeProcess, 'url'>;
  email: string;
  password: string;
  /** Takes a picture of the window, or of another page of its browser, as it is now. */
  shot: (name: string, page?: Page) => Promise<void>;
}

/** One station of the main job, done the way a person does it. */
export interface Station {
  name: string;
  title: string;
  run: (scene: Scene) => Promise<void>;
}

const buildMs = 180_000;

/** Sign in, bind, debug, invoke, deploy, watch, read logs, recycle; each relies on those before. */
export const mainJob: readonly Station[] = [
  {
    name: 'welcome',
    title: 'The sidebar tells a newcomer what to do',
    run: async ({ window: { workbench }, shot }) => {
      await workbench.openActivity('FlexService');
      const { buttons } = await workbench.view('Services').welcome();
      assert.deepEqual(buttons, ['Sign In', 'Start Local Runtime']);
      await shot('welcome');
    },
  },
  {
    name: 'sign-in',
    title: 'Sign in; a wrong password is told in the same box',
    run: async ({ window: { workbench }, runtime, email, password, shot }) => {
      const { quickInput } = workbench;
      await workbench.view('Services').clickWelcome('Sign In');
      await quickInput.pick('Dedicated Instance…', 'Which instance');
      await quickInput.answer(runtime.url, 'Instance id');
      await quickInput.answer(email, 'E-mail address');
      await quickInput.answer(`not ${password}`, 'Password of');
      await quickInput.expectValidation(/Invalid e-mail/);
      await shot('sign-in');
      await quickInput.answer(password);
      await workbench.view('Services').expectRows('an organization', (rows) => rows.length > 0);
    },
  },
  {
    name: 'bind',
    title: 'Create a service and bind the folder to it',
    run: async ({ window: { workbench }, shot }) => {
      const { quickInput } = workbench;
      await workbench.runCommand('Flex: Create Service');
      await quickInput.answer('orders', 'Name of the new service');
      await quickInput.answer('Orders and customers of a small shop', 'Description');
      await quickInput.answer('Development', 'first environment');
      await quickInput.expect('Shared secret');
      assert.ok(await quickInput.isPassword());
      await quickInput.accept();
      const toast = await workbench.expectNotification('Bind this folder to it?');
      await toast.click('Bind Folder');
      await workbench.statusBar.expect('orders · Development: NEW');
      const services = workbench.view('Services');
      await services.expectRows('the environment', (rows) =>
        rows.some(({ label, description }) => label === 'Development' && description === 'NEW'),
      );
      await until('the action that only a bound environment has', async () =>
        (await services.inlineActions('Development')).includes('Deploy'),
      );
      await shot('bind');
    },
  },
  {
    name: 'debug',
    title: 'F5 without a launch.json, a breakpoint in a handler',
    run: async ({ window: { workbench }, shot }) => {
      await workbench.editors.toggleBreakpoint('functions.js', 11);
      await workbench.debugging.start();
      await workbench.openActivity('FlexService');
      await workbench
        .view('Handlers')
        .expectRows('handlers', (rows) => rows.some(({ label }) => label === 'calculateTotal'));
      await workbench.view('Handlers').select('calculateTotal');
      await workbench.quickInput.answer(
        '{"items":[{"name":"tea","price":4.5,"quantity":2}]}',
        'Body of the request',
      );
      await workbench.debugging.expectStopped('functions.js');
      await shot('debug');
      await workbench.debugging.resume();
      await workbench.editors.tab('calculateTotal.jsonc').waitFor();
      await workbench.openActivity('FlexService');
      await shot('handlers');
      await workbench.debugging.stop();
    },
  },
  {
    name: 'deploy',
    title: 'Deploy from the command palette; the status bar shows the job',
    run: async ({ window: { workbench }, shot }) => {
      await workbench.runCommand('Flex: Deploy');
      await workbench.quickInput.expect('deployed nothing yet');
      await workbench.quickInput.rows();
      await shot('deploy-version');
      await workbench.quickInput.pick('Patch');
      await workbench.expectNotification('Deploy orders 1.0.1 to Development');
      await workbench.statusBar.expect(/orders · Development: (Uploading|Building|Installing)/);
      await workbench
        .view('Deployments')
        .expectRows('the deploy that goes on', (rows) =>
          rows.some(({ label }) => label === '1.0.1'),
        );
      await shot('deploy');
      await workbench.expectNotification('1.0.1 is online', buildMs);
      const entry = await workbench.statusBar.expect('orders · Development: ONLINE 1.0.1');
      assert.equal(entry.kind, 'normal');
      await shot('online');
    },
  },
  {
    name: 'logs',
    title: 'Follow the logs of the deployed service',
    run: async ({ window: { workbench }, shot }) => {
      const toast = await workbench.expectNotification('1.0.1 is online');
      await toast.click('Show Service Logs');
      await workbench.output.expectLine('is ready on Node.js');
      assert.equal(await workbench.output.channel(), 'FlexService: orders (Development)');
      await shot('logs');
    },
  },
  {
    name: 'recycle',
    title: 'Recycle asks first, then brings the version back',
    run: async ({ window: { workbench }, shot }) => {
      const services = workbench.view('Services');
      await services.clickInlineAction('Development', 'Recycle Service');
      await workbench.page.locator('.monaco-dialog-box').waitFor();
      await shot('recycle');
      await workbench.answerDialog('down for a while', 'Recycle');
      await until('two starts in the log', async () => {
        const lines = await workbench.output.lines();
        return lines.filter((line) => line.includes('is ready on Node.js')).length > 1;
      });
      await workbench.statusBar.expect('orders · Development: ONLINE 1.0.1', buildMs);
    },
  },
  {
    name: 'reload',
    title: 'A reload keeps the account, the binding and the last job',
    run: async ({ window: { workbench }, email, shot }) => {
      await workbench.reload();
      await workbench.statusBar.expect('orders · Development: ONLINE 1.0.1');
      await workbench.openActivity('FlexService');
      await workbench
        .view('Deployments')
        .expectRows('the last job', (rows) =>
          rows.some(({ label }) => /1\.0\.1|Recycle/.test(label)),
        );
      await shot('reload');
      const menu = await workbench.openAccountsMenu();
      assert.ok((await menu.items()).some((item) => item.startsWith(email)));
      await menu.close();
      await workbench.statusBar.click('orders · Development');
      await workbench.quickInput.expect('What do you want to do');
      const offered = (await workbench.quickInput.rows()).map(({ label }) => label);
      assert.ok(offered.includes('Deploy') && offered.includes('Follow Logs'), String(offered));
      await shot('menu');
      await workbench.quickInput.cancel();
    },
  },
];

/** Signs in and binds a new service, for scenes that begin later in the job. */
export async function signInAndBind(scene: Scene): Promise<void> {
  for (const { name, run } of mainJob) {
    if (['welcome', 'sign-in', 'bind'].includes(name)) await run(scene);
  }
}
