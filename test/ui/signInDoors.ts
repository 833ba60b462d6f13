import assert from 'node:assert/strict';
import path from 'node:path';
import { withPort } from '../../scripts/portLock.mjs';
import { owner, startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { hang, ScriptedServer } from '../support/scriptedServer';
import { until } from '../support/until';
import type { OwnedScene } from './scene';

/** The ways to sign in, in a window whose account is signed out first. */
export function testSignInDoors(getScene: () => OwnedScene): void {
  let scene: OwnedScene;
  /** With a sign-in page of its own. */
  let signInRuntime: RuntimeProcess | undefined;
  let silent: ScriptedServer | undefined;

  before(async () => {
    scene = getScene();
    await scene.window.workbench.openActivity('FlexService');
    await signOut();
  });
  after(async () => {
    await signInRuntime?.stop();
    await silent?.close();
  });

  const signOut = async () => {
    const { workbench } = scene.window;
    await workbench.runCommand('Flex: Sign Out');
    await workbench.answerDialog('Sign out', 'Sign Out');
    await until('the sign-out', async () => (await workbench.view('Services').welcome()).buttons);
  };

  it('sign in at every instance that Kinvey runs', async () => {
    const { workbench } = scene.window;
    for (const instance of ['Kinvey US', 'Kinvey EU', 'Kinvey US HIPAA']) {
      await workbench.runCommand('Flex: Sign In');
      await workbench.quickInput.pick(instance, 'Which instance');
      await workbench.quickInput.expect(`E-mail address of your account at ${instance}`);
      await workbench.quickInput.cancel();
    }
  });

  it('sign in at a local runtime, which is started for it', async () => {
    const { workbench } = scene.window;
    await workbench.openActivity('FlexService');
    await workbench.runCommand('Flex: Sign In');
    await workbench.quickInput.pick('Local Runtime', 'Which instance');

    const rows = await workbench
      .view('Services')
      .expectRows('the organization', (all) => all.length > 0);
    await scene.shot('local-runtime');

    assert.ok(rows.some(({ label }) => label === 'My Organization'));
    await signOut();
    await workbench.runCommand('Flex: Stop Local Runtime');
  });

  it('says that it asks an instance how to sign in there, until Escape', async () => {
    const { workbench } = scene.window;
    silent = (await ScriptedServer.start()).on('GET v4/identity-providers', hang);
    await workbench.runCommand('Notifications: Clear All Notifications');
    await workbench.runCommand('Flex: Sign In');
    await workbench.quickInput.pick('Dedicated Instance…', 'Which instance');
    await workbench.quickInput.answer(silent.url, 'Instance id');

    await workbench.quickInput.expect('How do you want to sign in at');
    await until('the progress', () => workbench.quickInput.isBusy());
    await scene.shot('asking-the-instance');
    await workbench.quickInput.cancel();

    assert.deepEqual(await workbench.notifications.texts(), []);
  });

  it('sign in on a page of an identity provider, in the browser', async () => {
    const { workbench } = scene.window;
    const dataDirectory = path.join(scene.runtimeData, '../with-sign-in-page');
    signInRuntime = await startRuntime({ dataDirectory, args: ['--browser-sign-in'] });
    await workbench.openActivity('FlexService');
    await workbench.runCommand('Flex: Sign In');
    await workbench.quickInput.pick('Dedicated Instance…', 'Which instance');
    await workbench.quickInput.answer(signInRuntime.url, 'Instance id');
    await workbench.quickInput.expect('How do you want to sign in at');
    await scene.shot('ways-to-sign-in');

    await withPort(6341, async () => {
      const opened = workbench.page.context().waitForEvent('page');
      await workbench.quickInput.pick('FlexService Runtime (browser)');
      const page = await opened;
      await page.getByLabel('E-mail').fill(owner.email);
      await page.getByLabel('Password').fill(owner.password);
      await scene.shot('waiting-for-the-browser');
      await scene.shot('sign-in-page', page);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('You are signed in').waitFor();
      await scene.shot('signed-in-page', page);
      await page.close();
      await workbench.view('Services').expectRows('the organization', (all) => all.length > 0);
    });

    const menu = await workbench.openAccountsMenu();
    assert.ok((await menu.items()).some((item) => item.startsWith(owner.email)));
    await scene.shot('signed-in-by-browser');
    await menu.close();
    await signOut();
  });
}
