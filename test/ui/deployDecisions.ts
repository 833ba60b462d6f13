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

/** What a person decides during a deploy, and what comes of it, where a version is online. */
export function testDeployDecisions(getScene: () => OwnedScene, getProxy: () => HeldProxy): void {
  let scene: OwnedScene;
  const version = async () => {
    const manifest = await readFile(path.join(scene.folder, 'package.json'), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  };

  before(() => {
    scene = getScene();
    getProxy().holds = false;
  });

  it('ends a task with exit code 1 that followed a deploy which did not come online', async () => {
    const { workbench } = scene.window;
    const gate = new StartGate(path.join(scene.folder, '../gate'));
    const client = await RuntimeClient.signIn(scene.runtime.url);
    const there = await bound();
    const wait = await gate.close();
    const failing = `${wait}\nthrow new Error('no such price');`;
    await client.deploy(there, '3.1.0', tinyService('3.1.0', failing));
    await until(
      'it to run',
      async () => (await client.status(there)).deployment?.status === 'RUNNING',
    );
    // A start here that goes on for minutes does not keep a person from being told.
    const index = path.join(scene.folder, 'index.js');
    const source = await readFile(index, 'utf8');
    await writeFile(index, `${wait}\n${source}`);
    const settings = path.join(scene.folder, '.vscode');
    await mkdir(settings);
    const slow = {
      'flexservice.deploy.startCheck': true,
      'flexservice.handlers.startSeconds': 600,
    };
    await writeFile(path.join(settings, 'settings.json'), JSON.stringify(slow));

    await workbench.runCommand('Tasks: Run Task');
    await workbench.quickInput.pick('flexservice');
    await workbench.quickInput.pick('flexservice: deploy');
    await workbench.answerDialog('orders: look at this before it is sent', 'Follow It');
    await workbench.expectNotification('orders 3.1.0 is being deployed');
    await gate.open();

    const told = await workbench.terminal.expect(/exit code: \d/);
    await scene.shot('followed-task');
    assert.match(told, /3\.1\.0 was deployed by somebody else: nothing was sent from here\./);
    assert.match(told, /3\.1\.0 did not start: the service reports ERROR\./);
    assert.match(told, /package\.json:1:1: error: Error: no such price/);
    assert.match(told, /exit code: 1/);
    await workbench.runCommand('View: Hide Panel');
    await rm(settings, { recursive: true });
    await writeFile(index, source);
  });

  it('asks for each secret once: not after another change, but for another secret', async () => {
    const [mail, shop] = ['mail', 'shop'].map(
      (of) => `exports.${of}Password = 'hB5!${of}Qw8#tRk2';`,
    );
    const keys = path.join(scene.folder, 'passwords.js');
    const index = path.join(scene.folder, 'index.js');
    const source = await readFile(index, 'utf8');
    await writeFile(index, `require('./passwords');\n${source}`);
    const before = await version();

    await writeFile(keys, `${mail}\n`);
    const first = await askedOfDeploy();
    assert.match(await first.detail(), /^• passwords\.js, line 1, looks like a secret [^•]+$/);
    await first.click('Deploy Anyway');
    const decided = await online(before);

    await writeFile(keys, `// For the mail server.\n${mail}\n`);
    await deploy();
    const last = await online(decided);

    await writeFile(keys, `// For the mail server.\n${mail}\n${shop}\n`);
    const second = await askedOfDeploy();
    assert.match(await second.detail(), /^• passwords\.js, line 3, looks like a secret [^•]+$/);
    await scene.shot('another-secret');
    await second.click('Cancel');
    assert.equal(await version(), last);
    await rm(keys);
    await writeFile(index, source);
  });

  const deploy = async () => {
    const { workbench } = scene.window;
    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.pick('Patch');
  };

  const askedOfDeploy = async () => {
    await deploy();
    return Dialog.expect(scene.window.workbench.page, 'look at this before it is sent');
  };

  /** The version that is set after this one, once it is online. */
  const online = async (before: string) => {
    const next = await until('the next version', async () => {
      const now = await version();
      return now !== before && now;
    });
    await scene.window.workbench.statusBar.expect(`Development: ONLINE ${next}`, buildMs);
    return next;
  };

  const bound = async () => {
    const [section] = await readBindings(scene.folder);
    assert.ok(section?.environmentId);
    return { serviceId: section.serviceId, environmentId: section.environmentId };
  };
}
