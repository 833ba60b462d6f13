import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readBindings } from '../../src/core/project/binding';
import { contentsOf } from '../support/contentsOf';
import type { HeldProxy } from '../support/heldProxy';
import { RuntimeClient } from '../support/runtimeClient';
import { Dialog } from '../support/workbench/dialog';
import { escapePattern } from '../support/workbench/pageElement';
import { againAsPatch, questions, type Answer, type Path, type Question } from './questions';
import type { OwnedScene } from './scene';
import { tracesOf } from './traces';

/** Says no to everything that is asked, where a version is online by way of the proxy and an editor is not saved. */
export function testEveryNo(getScene: () => OwnedScene, getProxy: () => HeldProxy): void {
  let scene: OwnedScene;
  let proxy: HeldProxy;
  let source = '';
  let shown: Path['folder'];
  let known: object = {};
  const index = () => path.join(scene.folder, 'index.js');

  before(async () => {
    [scene, proxy] = [getScene(), getProxy()];
    const { window, folder, runtime } = scene;
    await addVariable(await RuntimeClient.signIn(runtime.url), folder);
    for (const words of [['init'], ['add', 'package.json'], commit]) git(folder, words);
    source = await readFile(index(), 'utf8');
    await window.workbench.editors.writeUnsaved('orders.js', '/* not saved */ ');
    await window.workbench.runCommand('Notifications: Clear All Notifications');
  });
  after(async () => {
    await scene.window.workbench.runCommand('File: Revert File');
    await rm(path.join(scene.folder, '.git'), { recursive: true });
  });

  it('leaves the folder bound as it is where a new service is not to be bound', async () => {
    const { workbench } = scene.window;
    const before = await contentsOf(scene.folder);
    await workbench.runCommand('Flex: Create Service');
    await workbench.quickInput.answer('spare', 'Name of the new service');
    await workbench.quickInput.answer('', 'Description');
    await workbench.quickInput.answer('Development', 'first environment');
    await workbench.quickInput.expect('Shared secret');
    await workbench.quickInput.accept();
    const toast = await workbench.expectNotification('Bind this folder to it?');

    await toast.click('Not Now');

    await toast.expectGone();
    assert.deepEqual(await contentsOf(scene.folder), before);
  });

  for (const { says, paths } of questions) {
    if (!paths) continue;
    it(`changes nothing where a person says no to "${says}"`, async () => {
      for (const way of paths) await walk(says, way);
    });
  }

  it('lists what went to another environment apart from what went to the bound one', async () => {
    const { workbench } = scene.window;
    const bind = async (service: string) => {
      await workbench.runCommand('Flex: Bind Folder to a Service');
      await workbench.quickInput.pick(service);
    };
    await writeFile(index(), source);
    await bind('spare');

    const rows = await workbench
      .view('Deployments')
      .expectRows('the other service', (all) =>
        all.some(({ label }) => label === 'spare · Development'),
      );
    await scene.shot('bound-anew');
    await bind('orders');

    const labels = rows.map(({ label }) => label);
    const expected = ['spare · Development', 'Not deployed from here yet', 'orders · Development'];
    assert.deepEqual(labels, expected);
    assert.match(rows.at(-1)?.description ?? '', /^earlier · Local Runtime \(127/);
    await workbench.statusBar.expect('orders · Development: ONLINE');
  });

  const walk = async (says: string, way: Path) => {
    await prepare(way);
    for (const isEscape of way.isDialog ? [false, true] : [true]) {
      await reach(way);
      const said = way.says ?? says;
      await (way.isDialog ? declineDialog(said, isEscape) : declineBox(said));
      assert.deepEqual(await tracesOf(scene, proxy), known);
      await expectSilence(way);
    }
  };

  const prepare = async ({ folder }: Path) => {
    if (folder !== shown) {
      shown = folder;
      await (folder === 'unsendable'
        ? rm(index())
        : writeFile(index(), folder === 'faulty' ? fault + source : source));
    }
    known = await tracesOf(scene, proxy);
    assert.deepEqual(await scene.window.workbench.editors.unsaved(), ['orders.js']);
  };

  const reach = async ({ command, answers = [] }: Path) => {
    const { workbench } = scene.window;
    if (command.startsWith('Flex: ')) await workbench.runCommand(command);
    else await workbench.page.keyboard.press(command);
    for (const one of answers) await answer(one);
  };

  const answer = async (one: Answer) => {
    const { quickInput } = scene.window.workbench;
    await ('pick' in one ? quickInput.pick(one.pick) : quickInput.answer(one.type, one.to));
  };

  /** What a command with an argument throws, VS Code itself shows. */
  const expectSilence = async ({ command }: Path) => {
    const { workbench } = scene.window;
    if (command === againAsPatch.key) {
      await (await workbench.expectNotification('Cancelled.')).close();
    }
    assert.deepEqual(await workbench.notifications.texts(), []);
  };

  const declineBox = async (says: string) => {
    const { quickInput } = scene.window.workbench;
    await quickInput.expect(patternOf(says));
    await quickInput.cancel();
  };

  const declineDialog = async (says: string, isEscape: boolean) => {
    const dialog = await Dialog.expect(scene.window.workbench.page, patternOf(says));
    await (isEscape ? dialog.escape() : dialog.click('Cancel'));
  };
}

const fault = "process.env.UNSET_HERE;\nrequire('left-out');\n";
const commit = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', 'commit', '-m', 'first'];

function git(folder: string, words: readonly string[]): void {
  execFileSync('git', ['-C', folder, ...words], { stdio: 'ignore' });
}

/** What is said, with anything in the place of names and versions. */
function patternOf(says: Question['says']): RegExp {
  return new RegExp(escapePattern(says).replaceAll(/\\\{\d\\\}/g, '.+'));
}

/** One to change or remove, at the environment that the folder is bound to. */
async function addVariable(client: RuntimeClient, folder: string): Promise<void> {
  const [section] = await readBindings(folder);
  assert.ok(section?.environmentId);
  const { serviceId, environmentId } = section;
  const body = { name: 'Development', environmentVariables: { MAIL_HOST: 'mail.example.com' } };
  await client.send('PUT', `v4/services/${serviceId}/environments/${environmentId}`, body);
  await client.online({ serviceId, environmentId });
}
