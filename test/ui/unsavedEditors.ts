import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gate } from '../support/gate';
import type { HeldProxy } from '../support/heldProxy';
import { until } from '../support/until';
import { Dialog } from '../support/workbench/dialog';
import type { OwnedScene } from './scene';
import { tracesOf, type Traces } from './traces';

const buildMs = 180_000;
const title = 'orders: look at this before it is sent';

/** What a deploy makes of editors that are not saved, where a version is online by way of the proxy. */
export function testUnsavedEditors(getScene: () => OwnedScene, getProxy: () => HeldProxy): void {
  let scene: OwnedScene;
  let proxy: HeldProxy;
  const read = (name: string) => readFile(path.join(scene.folder, name), 'utf8');

  before(async () => {
    [scene, proxy] = [getScene(), getProxy()];
    await scene.window.workbench.editors.closeAll();
  });

  it('saves by the click that deploys, the version counted from what is sent', async () => {
    const { workbench } = scene.window;
    const { editors } = workbench;
    const [manifest, orders] = [await read('package.json'), await read('lib/orders.js')];
    await editors.writeUnsaved('orders.js', '/* later */ ');
    await editors.open('package.json', 3);
    await workbench.page.keyboard.press('Shift+End');
    await workbench.page.keyboard.insertText('  "version": "4.0.0",');

    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.pick('Patch', 'Local 4.0.0');
    const dialog = await Dialog.expect(workbench.page, title);
    await scene.shot('unsaved');
    for (const name of ['lib/orders.js', 'package.json']) {
      const told = `• ${name} has changes in its editor that are not saved: save or revert them.`;
      assert.ok((await dialog.detail()).includes(told));
    }
    assert.ok(!(await dialog.buttons()).includes('Deploy Anyway'));
    assert.deepEqual([await read('package.json'), await read('lib/orders.js')], [manifest, orders]);
    await dialog.click('Save and Deploy');

    await workbench.statusBar.expect('Development: ONLINE 4.0.1', buildMs);
    assert.equal(await read('lib/orders.js'), `/* later */ ${orders}`);
    assert.match(await read('package.json'), /"version": "4\.0\.1"/);
    assert.deepEqual(await editors.unsaved(), []);
    await workbench.runCommand('View: Focus Active Editor Group');
    await workbench.page.keyboard.press('Control+Z');
    await until('the version that was saved', async () =>
      (await editors.lines()).includes('  "version": "4.0.0",'),
    );
    await workbench.runCommand('File: Revert File');
    await editors.closeAll();
    await writeFile(path.join(scene.folder, 'lib/orders.js'), orders);
  });

  it('sets the version in an editor that somebody types into while it is sent, to be saved as usual', async () => {
    const { workbench } = scene.window;
    const { editors } = workbench;
    const before = await read('package.json');
    const end = gate(1);
    proxy.delay = end.open;
    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.pick('Patch', 'Local 4.0.1');
    await until('the upload', () => proxy.delayed === 1);
    await editors.writeUnsaved('package.json', '  "author": "Ann", ', 2);
    end.count();
    proxy.delay = undefined;

    await workbench.statusBar.expect('Development: ONLINE 4.0.2', buildMs);
    assert.equal(await read('package.json'), before);
    assert.ok((await editors.lines()).includes('  "version": "4.0.2",'));
    await scene.shot('typed-while-sent');
    await workbench.runCommand('File: Save');
    await until('it to be saved', async () => (await editors.unsaved()).length === 0);
    assert.match(await read('package.json'), /"author": "Ann",.*"version": "4\.0\.2"/s);
    await writeFile(path.join(scene.folder, 'package.json'), before.replace('4.0.1', '4.0.2'));
    await editors.closeAll();
  });

  it('asks for the version again where what was saved suggests another one', async () => {
    const { workbench } = scene.window;
    await withAnotherVersion(async (known) => {
      const [suggested] = await workbench.quickInput.rows();
      await scene.shot('suggested-anew');
      await workbench.quickInput.cancel();

      assert.equal(suggested?.label, 'Minor');
      assert.match(suggested.detail, /new: .*late/);
      await expectOnlySaved(known, handler);
    });
  });

  it('asks again for an editor that is changed while the version is asked for again', async () => {
    const { workbench } = scene.window;
    await withAnotherVersion(async (known) => {
      await workbench.editors.type('/* typed meanwhile */ ');
      await workbench.quickInput.pick('Minor', 'Local 4.0.2');
      const dialog = await Dialog.expect(workbench.page, title);
      await scene.shot('changed-when-saved');

      assert.match(await dialog.detail(), /^• index\.js has changes in its editor[^•]+$/);
      assert.ok((await dialog.buttons()).includes('Save and Deploy'));
      await dialog.click('Cancel');
      assert.ok(!(await read('index.js')).includes('typed meanwhile'));
      await expectOnlySaved(known, handler, ['index.js']);
      await workbench.runCommand('File: Revert File');
    });
  });

  it('asks again for what is found in what was saved, and for that alone', async () => {
    const { workbench } = scene.window;
    const index = await read('index.js');
    const keys = path.join(scene.folder, 'keys.js');
    await writeFile(keys, "exports.mailPassword = 'kT7#qLp2!vXz9';\n");
    await workbench.editors.writeUnsaved('index.js', "require('left-out'); ");
    const known = await tracesOf(scene, proxy);

    await saveAndDeploy();
    const dialog = await Dialog.expect(workbench.page, title);
    await scene.shot('found-when-saved');

    assert.match(await dialog.detail(), /^• index\.js, line 1, requires "left-out"[^•]+$/);
    assert.ok((await dialog.buttons()).includes('Deploy Anyway'));
    await dialog.click('Cancel');
    await expectOnlySaved(known, "require('left-out'); ");
    await rm(keys);
    await restoreIndex(index);
  });

  const handler = "flex.functions.register('late', (context, complete) => complete().done());";

  /** Saving was said yes to, and so it stays: a no after that changes nothing else. */
  const expectOnlySaved = async (known: Traces, saved: string, unsaved: string[] = []) => {
    const file = path.join(scene.folder, 'index.js');
    const now = await tracesOf(scene, proxy);
    assert.ok((await read('index.js')).includes(saved));
    const folder = { ...known.folder, [file]: now.folder[file] };
    assert.deepEqual(now, { ...known, folder, unsaved });
  };

  /** Asked for again, since the start tells of a handler that was only just saved. */
  const withAnotherVersion = async (test: (known: Traces) => Promise<void>) => {
    const { workbench } = scene.window;
    const index = await read('index.js');
    const settings = path.join(scene.folder, '.vscode');
    await mkdir(settings);
    const started = { 'flexservice.deploy.startCheck': true };
    await writeFile(path.join(settings, 'settings.json'), JSON.stringify(started));
    await workbench.editors.writeUnsaved('index.js', handler, 20);
    const known = await tracesOf(scene, proxy);
    await saveAndDeploy();
    await workbench.quickInput.expect('Local 4.0.2');
    await test(known);
    await rm(settings, { recursive: true });
    await restoreIndex(index);
  };

  const saveAndDeploy = async () => {
    const { workbench } = scene.window;
    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.pick('Patch', 'Local 4.0.2');
    await workbench.answerDialog(title, 'Save and Deploy');
  };

  const restoreIndex = async (source: string) => {
    await writeFile(path.join(scene.folder, 'index.js'), source);
    await scene.window.workbench.editors.closeAll();
  };
}
