import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readBindings } from '../../src/core/project/binding';
import type { HeldProxy } from '../support/heldProxy';
import { RuntimeClient, tinyService } from '../support/runtimeClient';
import { until } from '../support/until';
import { Dialog } from '../support/workbench/dialog';
import type { OwnedScene } from './scene';
import { StartGate } from '../support/startGate';

const buildMs = 180_000;

/** The other ways to a deploy, and what interrupts one, where 1.0.1 is online by way of the proxy. */
export function testDeployDoors(getScene: () => OwnedScene, getProxy: () => HeldProxy): void {
  let scene: OwnedScene;
  let proxy: HeldProxy;
  let gate: StartGate;
  const manifest = () => readFile(path.join(scene.folder, 'package.json'), 'utf8');

  before(async () => {
    [scene, proxy] = [getScene(), getProxy()];
    gate = new StartGate(path.join(scene.folder, '../gate'));
    await scene.window.workbench.runCommand('View: Hide Panel');
    await scene.window.workbench.editors.closeAll();
  });

  it('adds a configuration to launch.json', async () => {
    const { workbench } = scene.window;
    await workbench.runCommand('Debug: Add Configuration...');
    await workbench.quickInput.pick('FlexService');
    await workbench.editors.expectTab('launch.json');
    await until('the configuration', async () =>
      (await workbench.editors.lines()).some((line) => line.includes('"type": "flexservice"')),
    );
    await scene.shot('add-configuration');

    await until('the file', () => readFile(path.join(scene.folder, '.vscode/launch.json')));
    await rm(path.join(scene.folder, '.vscode'), { recursive: true });
    await workbench.editors.closeAll();
  });

  /** What is deployed from now on does not answer until the gate is open. */
  const closeGate = async () => {
    const wait = await gate.close();
    const index = path.join(scene.folder, 'index.js');
    const source = await readFile(index, 'utf8');
    await writeFile(index, source.startsWith(wait) ? source : `${wait}\n${source}`);
  };

  it("deploys from the title bar of the service's own package.json, and of no other", async () => {
    const { workbench } = scene.window;
    await workbench.editors.open('package.json');
    await until('the action', async () => (await deployActions()).length === 1);
    await scene.shot('package-json');
    await closeGate();
    await workbench.editors.clickTitleAction('Deploy');
    await workbench.quickInput.pick('Patch', 'deployed 1.0.1');

    const toast = await workbench.expectNotification('Deploy orders 1.0.2 to Development');
    await workbench.statusBar.expect(/orders · Development: (Building|Starting)/);
    await toast.click('Cancel');
    await workbench.expectNotification('no longer watching 1.0.2');
    await scene.shot('cancelled');
    await gate.open();
    await workbench.statusBar.expect('orders · Development: ONLINE 1.0.2', buildMs);
    assert.match(await manifest(), /"version": "1\.0\.2"/);

    await mkdir(path.join(scene.folder, 'inner'));
    await writeFile(path.join(scene.folder, 'inner/package.json'), '{"name":"inner"}');
    await workbench.page.keyboard.press('Control+P');
    await workbench.quickInput.type('inner/package.json');
    await workbench.quickInput.pick('package.json', 'inner');
    await workbench.editors.expectTab('inner');
    await until('the action to be gone', async () => (await deployActions()).length === 0);
    await workbench.editors.closeAll();
    await rm(path.join(scene.folder, 'inner'), { recursive: true });
  });

  it('deploys from the tree, and goes on watching over a reload', async () => {
    const { workbench } = scene.window;
    await workbench.openActivity('FlexService');
    await closeGate();
    await workbench.view('Services').clickInlineAction('Development', 'Deploy');
    await workbench.quickInput.pick('Minor');
    await workbench.statusBar.expect(/orders · Development: (Building|Starting)/);

    await workbench.reload();

    await workbench.statusBar.expect(/orders · Development: (Building|Starting)/);
    await scene.shot('resumed');
    await gate.open();
    await workbench.statusBar.expect('orders · Development: ONLINE 1.1.0', buildMs);
    const toast = await workbench.expectNotification(
      'orders · Development: 1.1.0 is online, after',
    );
    await scene.shot('resumed-end');
    await toast.close();
    await workbench.openActivity('FlexService');
    await workbench
      .view('Deployments')
      .expectRows('the outcome', (rows) =>
        rows.some(
          ({ label, description }) => label === '1.1.0' && description.startsWith('online'),
        ),
      );
  });

  it('says what it does not know when it is cancelled after the last byte', async () => {
    const { workbench } = scene.window;
    const before = await manifest();
    proxy.holds = true;
    await workbench.view('Deployments').clickTitleAction('Deploy');
    await workbench.quickInput.pick('Other…', `deployed 1.1.0 by ${scene.email}`);
    await workbench.quickInput.answer('1.0.9', 'The version to deploy');
    await workbench.quickInput.expectValidation('1.0.9 is not higher than 1.1.0');
    await scene.shot('exact-version');
    await workbench.quickInput.answer('1.1.1');
    const progress = await workbench.expectNotification('Deploy orders 1.1.1 to Development');
    await until('the upload', () => proxy.held === 1);

    await progress.click('Cancel');

    const toast = await workbench.expectNotification('If all of it arrived, 1.1.1 may be');
    assert.equal(await manifest(), before);
    await toast.click('Show Status');
    await workbench.expectNotification('orders · Development. Online: 1.1.0');
    await scene.shot('not-known');
  });

  it('leaves the version as it was when the window ends while it sends, and says so', async () => {
    const { workbench } = scene.window;
    const before = await manifest();
    proxy.holds = true;
    await workbench.view('Deployments').clickTitleAction('Deploy');
    await workbench.quickInput.pick('Major');
    await until('the upload', () => proxy.held === 2);

    await workbench.reload();
    const toast = await workbench.expectNotification(
      'The window was closed while it sent orders 2.0.0',
    );
    assert.equal(await manifest(), before);
    await workbench
      .view('Deployments')
      .expectRows('the outcome', (rows) =>
        rows.some(
          ({ label, description }) =>
            label === '2.0.0' && description.startsWith('outcome not known'),
        ),
      );
    await workbench.statusBar.expect('orders · Development: ONLINE 1.1.0');
    await scene.shot('not-told');
    await toast.close();
  });

  it('offers to follow what somebody else deploys, instead of deploying over it', async () => {
    const { workbench } = scene.window;
    const before = await manifest();
    const client = await RuntimeClient.signIn(scene.runtime.url);
    const there = await bound();
    await client.deploy(there, '3.0.0', tinyService('3.0.0', await gate.close()));
    await until(
      'it to run',
      async () => (await client.status(there)).deployment?.status === 'RUNNING',
    );

    const keys = path.join(scene.folder, 'keys.js');
    await writeFile(keys, "exports.mailPassword = 'kT7#qLp2!vXz9';\n");
    await workbench.runCommand('Flex: Deploy');
    const title = 'orders: look at this before it is sent';
    const dialog = await Dialog.expect(workbench.page, title);
    await scene.shot('running-and-more');
    const job = new RegExp(`^• 3\\.0\\.0 is being deployed to .* by ${scene.email} since`);
    assert.match(await dialog.detail(), job);
    assert.match(await dialog.detail(), /keys\.js, line 1, looks like a secret/);
    await dialog.click('Cancel');
    await rm(keys);
    await workbench.runCommand('Flex: Deploy');
    await Dialog.expect(workbench.page, title);
    await scene.shot('running');
    await workbench.answerDialog(title, 'Follow It');
    await workbench.expectNotification('orders 3.0.0 is being deployed');
    await workbench.view('Deployments').expectRows('the phases that it has', (rows) =>
      isPartOf(
        ['Prepare', 'Build and start'],
        rows.map(({ label }) => label),
      ),
    );
    await scene.shot('followed');
    await gate.open();

    await workbench.expectNotification(
      'orders · Development: 3.0.0, which somebody else deployed, is online.',
    );
    assert.equal(await manifest(), before);
  });

  it('asks again for the version where somebody else deployed while a person chose', async () => {
    const { workbench } = scene.window;
    const before = await manifest();
    const client = await RuntimeClient.signIn(scene.runtime.url);
    const there = await bound();

    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.expect('deployed 3.0.0');
    await client.ended(await client.deploy(there, '3.0.1', tinyService('3.0.1')));
    await workbench.quickInput.pick('Patch');
    await workbench.expectNotification(`got 3.0.1 by ${scene.email} meanwhile`);
    await workbench.quickInput.expect(`deployed 3.0.1 by ${scene.email}`);
    await scene.shot('moved');
    await workbench.quickInput.rows();
    await workbench.quickInput.cancel();

    assert.equal(await manifest(), before);
    assert.equal((await client.status(there)).deployment?.version, '3.0.1');
  });

  const isPartOf = (part: string[], all: string[]) => all.join('\n').includes(part.join('\n'));

  const bound = async () => {
    const [section] = await readBindings(scene.folder);
    assert.ok(section?.environmentId);
    return { serviceId: section.serviceId, environmentId: section.environmentId };
  };

  const deployActions = async () =>
    (await scene.window.workbench.editors.titleActions()).filter((title) =>
      title.startsWith('Deploy'),
    );
}
