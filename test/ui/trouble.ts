import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { Dialog } from '../support/workbench/dialog';
import { startRuntime } from '../support/runtimeProcess';
import { until } from '../support/until';
import type { TreeRow } from '../support/workbench/view';
import { signInAndBind } from './mainJob';
import type { OwnedScene } from './scene';

/** What goes wrong, in the light theme, from a window that knows no account and no binding. */
export function testTrouble(getScene: () => OwnedScene): void {
  let scene: OwnedScene;
  const manifest = () => readFile(path.join(scene.folder, 'package.json'), 'utf8');

  before(async () => {
    scene = getScene();
    await scene.startOver();
    await scene.window.workbench.setTheme('light');
  });

  it('lists all that keeps a folder from being deployed, in one dialog', async () => {
    const { window, folder, shot } = scene;
    const index = path.join(folder, 'index.js');
    const keys = path.join(folder, 'keys.js');
    await rename(index, `${index}.off`);
    await writeFile(keys, "module.exports = {\n  mailPassword: 'kT7#qLp2!vXz9',\n};\n");

    await window.workbench.runCommand('Flex: Deploy');
    const dialog = await Dialog.expect(window.workbench.page, 'cannot be deployed yet');
    await shot('preflight');

    assert.match(await dialog.detail(), /not bound/);
    assert.match(await dialog.detail(), /index\.js/);
    assert.match(await dialog.detail(), /keys\.js, line 2, looks like a secret/);
    assert.ok((await dialog.buttons()).includes('Bind Folder'));
    await dialog.click('Show Problems');
    await window.workbench.page.locator('.markers-panel').getByText('not bound').waitFor();
    await shot('preflight-problems');
    await rm(keys);
    await rename(`${index}.off`, index);
  });

  it('names the process that holds port 10001', async () => {
    const { window, shot } = scene;
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(10001, '127.0.0.1', resolve));

    await window.workbench.runCommand('Flex: Debug Service Locally');
    const toast = await window.workbench.expectNotification('Port 10001 is taken');
    await shot('port-taken');

    assert.match(await toast.text(), new RegExp(`process ${process.pid}`));
    assert.equal(await toast.severity(), 'error');
    await toast.close();
    await new Promise((resolve) => holder.close(resolve));
  });

  it('asks before it sends what looks like a secret, or what will not start', async () => {
    await signInAndBind(scene);
    const { window, folder, shot } = scene;
    const { workbench } = window;
    const before = await manifest();
    const index = path.join(folder, 'index.js');
    const source = await readFile(index, 'utf8');
    const keys = path.join(folder, 'keys.js');
    await writeFile(keys, "module.exports = {\n  mailPassword: 'kT7#qLp2!vXz9',\n};\n");
    await writeFile(index, `require('./keys');\nrequire('left-out');\n${source}`);
    await symlink('nowhere', path.join(folder, 'prices.json'));

    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.pick('Patch');
    const dialog = await Dialog.expect(workbench.page, 'look at this before it is sent');
    await shot('review');

    assert.match(await dialog.detail(), /keys\.js, line 2, looks like a secret/);
    assert.match(await dialog.detail(), /left-out/);
    assert.doesNotMatch(await dialog.detail(), /kT7#qLp2/);
    await dialog.click('Show Problems');
    const problems = workbench.page.locator('.markers-panel');
    await problems.getByText('looks like a secret').waitFor();
    await problems.getByText('prices.json is not deployed (link that leads nowhere)').waitFor();
    await shot('review-problems');
    assert.equal(await manifest(), before);
    await workbench.statusBar.expect('orders · Development: NEW');
    await rm(keys);
    await writeFile(index, source);
  });

  it('offers to save what mends a folder that cannot be deployed, and goes on', async () => {
    const { workbench } = scene.window;
    const before = await manifest();
    await writeFile(path.join(scene.folder, 'package.json'), `no JSON\n${before}`);
    await workbench.editors.open('package.json', 1);
    await workbench.page.keyboard.press('Control+Shift+K');

    await workbench.runCommand('Flex: Deploy');
    const dialog = await Dialog.expect(workbench.page, 'orders cannot be deployed yet');
    await scene.shot('unsaved-mend');
    assert.match(await dialog.detail(), /package\.json has changes in its editor/);
    assert.match(await dialog.detail(), /package\.json, line 1: this word is not JSON/);
    await dialog.click('Save and Deploy');

    await workbench.quickInput.expect('Local 1.0.0');
    assert.equal(await manifest(), before);
    await workbench.quickInput.rows();
    await workbench.quickInput.cancel();
    await workbench.editors.closeAll();
  });

  it('shows what would be sent and what not, as files come and go', async () => {
    const { window, folder, shot } = scene;
    const view = window.workbench.view('Bundle');
    const others = ['Services', 'Deployments', 'Handlers'].map((name) =>
      window.workbench.view(name),
    );
    await view.unfold();
    for (const other of others) await other.fold();
    await view.expectRows('the entry file', (rows) =>
      rows.some(({ label }) => label === 'index.js'),
    );

    await writeFile(path.join(folder, 'picture.bin'), Buffer.alloc(10_600_000));
    await writeFile(path.join(folder, '.kinveyignore'), 'notes.txt\n');
    await writeFile(path.join(folder, 'notes.txt'), 'not for the cloud');
    await view.expectRows('the largest first', ([first]) => first?.label === 'picture.bin');
    await view.row('Left Out').click();
    const isLeftOut = (rows: TreeRow[], name: string, why: string) =>
      rows.some(({ label, description }) => label === name && description.includes(why));
    await view.expectRows(
      'the rules',
      (rows) =>
        isLeftOut(rows, 'notes.txt', 'notes.txt (.kinveyignore:1)') &&
        isLeftOut(rows, 'prices.json', 'link that leads nowhere'),
    );
    // VS Code draws it a little later than the rows.
    await view.pane.getByText('too large').waitFor();
    await shot('bundle');

    for (const name of ['picture.bin', '.kinveyignore', 'notes.txt', 'prices.json']) {
      await rm(path.join(folder, name));
    }
    await view.expectRows('it to be gone', (rows) =>
      rows.every(({ label }) => label !== 'picture.bin'),
    );
    await view.fold();
    for (const other of others) await other.unfold();
  });

  it('ends a deploy that does not start with its first error, in red', async () => {
    const { window, folder, shot } = scene;
    const { workbench } = window;
    const index = path.join(folder, 'index.js');
    const source = await readFile(index, 'utf8');
    await writeFile(index, `abc;\n${source}`);

    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.pick('Patch');
    const toast = await workbench.expectNotification('did not come online', 180_000);
    const entry = await workbench.statusBar.expect('deploy of 1.0.1 failed');
    await shot('failed-deploy');

    assert.match(await toast.text(), /abc is not defined/);
    assert.equal(await toast.severity(), 'error');
    assert.equal(entry.kind, 'error');
    await toast.click('Show Service Logs');
    await workbench.output.expectLine('Deploying 1.0.1 failed');
    await writeFile(index, source);
  });

  it('offers the logs also of a service that no folder is bound to', async () => {
    const { workbench } = scene.window;
    await workbench.runCommand('Flex: Unbind Folder');
    await workbench.answerDialog('Unbind orders?', 'Unbind');
    await workbench.statusBar.expect('orders: not bound');
    await workbench.runCommand('View: Hide Panel');
    await workbench.openActivity('FlexService');

    const services = workbench.view('Services');
    await services.expand('My Organization', 'orders');
    await services.clickInlineAction('Development', 'Recycle Service');
    await workbench.answerDialog('down for a while', 'Recycle');
    const toast = await workbench.expectNotification('orders did not come back', 180_000);
    await scene.shot('failed-recycle');

    await toast.click('Show Service Logs');
    await workbench.output.expectLine('Deploying 1.0.1 failed');
    assert.equal(await workbench.output.channel(), 'FlexService: orders (Development)');
  });

  it('says in the tree and the status bar that the instance is gone, and finds it again', async () => {
    const { window, runtime, shot } = scene;
    const { workbench } = window;
    await workbench.openActivity('FlexService');
    await runtime.stop();

    await workbench.runCommand('Flex: Refresh Services');
    await workbench
      .view('Services')
      .expectRows('the reason', (rows) => rows.some(({ label }) => /reach|answer/.test(label)));
    await shot('unreachable');

    scene.runtime = await startRuntime({
      dataDirectory: scene.runtimeData,
      port: Number(new URL(runtime.url).port),
    });
    await workbench.runCommand('Flex: Refresh Services');
    await workbench
      .view('Services')
      .expectRows('the tree', (rows) => rows.some(({ label }) => label === 'My Organization'));
  });

  it('starts with F5 what the active editor belongs to, in a window of several folders', async () => {
    const { workbench } = scene.window;
    const [file, ran] = await createWorkspace(path.dirname(scene.folder));
    await workbench.open(scene.window.origin, file);
    await workbench.statusBar.expect('orders');

    await workbench.editors.open('theirs.js');
    await workbench.page.keyboard.press('F5');
    await until('the launch configuration of the other folder', () => readFile(ran));
    await workbench.editors.open('functions.js');
    // An answer of the extension: by now it knows which editor is active.
    await workbench.runCommand('Flex: Show Log');
    await until('the log', async () => (await workbench.output.channel()) === 'FlexService');
    await workbench.debugging.start();

    await workbench.openActivity('FlexService');
    await workbench.view('Handlers').expectRows('handlers', (rows) => rows.length > 1);
    await scene.shot('several-folders');
    await workbench.debugging.stop();

    await workbench.editors.closeAll();
    await workbench.runCommand('Flex: Deploy');
    await workbench.quickInput.expect('Which folder?');
    await workbench.quickInput.cancel();
    assert.deepEqual(await workbench.notifications.texts(), []);
  });

  it('tells what to do in a window without a folder', async () => {
    const { workbench } = scene.window;
    await workbench.open(scene.window.origin);
    await workbench.openActivity('FlexService');

    const welcome = await until('the welcome text', () => workbench.view('Handlers').welcome());
    await scene.shot('no-folder');

    assert.deepEqual(welcome.buttons, ['Open Folder']);
  });
}

/** A workspace of the orders service and another one that has a launch.json, and what that writes. */
async function createWorkspace(parent: string): Promise<[file: string, ran: string]> {
  const other = path.join(parent, 'other');
  const ran = path.join(other, 'ran');
  await mkdir(path.join(other, '.vscode'), { recursive: true });
  await writeFile(
    path.join(other, 'package.json'),
    JSON.stringify({ name: 'other', dependencies: { 'kinvey-flex-sdk': '*' } }),
  );
  await writeFile(
    path.join(other, 'theirs.js'),
    `require('fs').writeFileSync(${JSON.stringify(ran)}, '');`,
  );
  const program = '${workspaceFolder}/theirs.js';
  const launch = { type: 'node', request: 'launch', name: 'Theirs', program };
  await writeFile(
    path.join(other, '.vscode/launch.json'),
    JSON.stringify({ version: '0.2.0', configurations: [launch] }),
  );
  const file = path.join(parent, 'several.code-workspace');
  await writeFile(file, JSON.stringify({ folders: [{ path: 'orders' }, { path: 'other' }] }));
  return [file, ran];
}
