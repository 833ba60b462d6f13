import assert from 'node:assert/strict';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ServiceStatus } from '../../src/core/kinvey/apiTypes';
import { RuntimeClient } from '../support/runtimeClient';
import { until } from '../support/until';
import {
  copyFixture,
  failureOf,
  manifestOf,
  ordersFolder,
  run,
  runtime,
  startTask,
  writeUnsaved,
} from './station';

/** Of what 03-deploy.test.ts sent: 1.2.0 is online, 1.3.0 did not start. */
describe('deployments that are over', () => {
  const folder = ordersFolder();

  it('compares the folder with what is deployed, file by file in one editor', async () => {
    const orders = path.join(folder, 'lib/orders.js');
    const [file, manifest] = [path.join(folder, 'package.json'), await manifestOf(folder)];
    const deployed = await readFile(orders, 'utf8');
    await writeFile(file, manifest.replace('1.3.0', '1.2.0'));
    assert.deepEqual(await run('flexservice.deploy.compare', { folder }), {
      version: '1.2.0',
      changes: [],
    });
    await writeFile(orders, `${deployed}// later\n`);
    await writeFile(path.join(folder, 'lib/new.js'), '');
    await chmod(orders, 0o755);

    const { changes } = await run('flexservice.deploy.compare', { folder });

    await rm(path.join(folder, 'lib/new.js'));
    await chmod(orders, 0o644);
    await writeFile(file, manifest);
    assert.deepEqual(changes, [
      { path: 'lib/new.js', change: 'added' },
      { path: 'lib/orders.js', change: 'changed' },
      { path: 'lib/orders.js', change: 'executable' },
    ]);
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.match(activeTab?.label ?? '', /sent as 1\.2\.0/);
    const sent = await until('the file as it was sent', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'flexservice-sent'),
    );
    assert.equal(sent.getText(), deployed);
    // Of another path, it would be shown as renamed.
    assert.equal(sent.uri.path, vscode.Uri.file(orders).path);
    await writeFile(orders, deployed);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('says that a version which is deployed was not sent from this folder', async () => {
    const other = await copyFixture('orders-service');
    const { service } = await run('flexservice.services.status', { folder });
    await run('flexservice.project.bind', { folder: other, service: service.id });

    const failure = await failureOf(run('flexservice.deploy.compare', { folder: other }));

    assert.equal(failure.code, 'notFound');
    assert.match(failure.message, /1\.2\.0, which orders · Development runs, was not sent from/);
    await rm(other, { recursive: true });
  });

  it('keeps a note on a deployment', async () => {
    const named = { folder, version: '1.2.0' };

    const written = await run('flexservice.deploy.note', { ...named, note: ' before the sale ' });

    assert.deepEqual(written, { version: '1.2.0', note: 'before the sale' });
  });

  it('shows why a version did not start, its stack linked to what was sent', async () => {
    const { stack } = await run('flexservice.deploy.failure', { folder });

    const [first] = stack;
    assert.deepEqual([first?.path, first?.line], ['index.js', 5]);
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.getText() ?? '', /^orders 1\.3\.0 did not start in Development\n/);
    assert.match(document?.getText() ?? '', /\n {4}at index\.js:5:\d+\n {4}at node_modules\//);
    const [link] = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document?.uri,
    );
    assert.match(document?.getText(link?.range) ?? '', /index\.js:5:\d+$/);
    // The folder's own file was changed since.
    const sent = await vscode.workspace.openTextDocument(link?.target ?? vscode.Uri.file('/'));
    assert.equal(sent.uri.scheme, 'flexservice-sent');
    assert.match(sent.lineAt(4).text, /undefinedHandler/);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('deploys again what was sent earlier, and leaves the folder as it is', async () => {
    const orders = path.join(folder, 'lib/orders.js');
    const [manifest, source] = [await manifestOf(folder), await readFile(orders, 'utf8')];
    await writeFile(orders, `${source}// not to be sent\n`);
    const unsaved = await writeUnsaved(path.join(folder, 'index.js'), '// neither\n');

    const result = await run('flexservice.deploy.again', {
      folder,
      version: '1.2.0',
      bump: '1.4.0',
      confirm: true,
    });

    assert.deepEqual([result.outcome, result.version], ['online', '1.4.0']);
    assert.ok(unsaved.isDirty);
    await vscode.window.showTextDocument(unsaved);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.equal(await manifestOf(folder), manifest);
    const { changes } = await run('flexservice.deploy.compare', { folder });
    await writeFile(orders, source);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.ok(changes.some((one) => one.path === 'lib/orders.js' && one.change === 'changed'));
    const status = await run('flexservice.services.status', { folder });
    assert.equal(status.version, '1.4.0');
  });

  it('looks again at what was sent before it goes out once more', async () => {
    const { url, email, password } = await runtime();
    const client = await RuntimeClient.signIn(url, { email, password });
    const { service, environment } = await run('flexservice.services.status', { folder });
    const there = { serviceId: service.id, environmentId: environment.id };
    const route = `v4/services/${service.id}/environments/${environment.id}`;
    const { body } = await client.send('GET', route);
    // It became the secret of the environment after it had been sent.
    await client.send('PUT', route, { ...(body as object), secret: 'customers-1' });
    await client.online(there);

    const again = { folder, version: '1.2.0', bump: '1.5.0', confirm: true };
    const failure = await failureOf(run('flexservice.deploy.again', again));

    assert.equal(failure.code, 'preflightFailed');
    assert.match(failure.message, /lib\/orders\.js, line \d+, .*shared secret of the environment/);
    await client.send('PUT', route, body);
    assert.equal((await client.online(there)).version, '1.4.0');
  });

  it('recycles: the same version is online again', async () => {
    const { job } = await run('flexservice.services.recycle', { folder, confirm: true });

    assert.equal(typeof job, 'string');
    const status = await run('flexservice.services.status', { folder });
    const word: unknown = status.status;
    assert.equal(word, 'ONLINE');
  });

  it('names a service environment by account, service and environment', async () => {
    const status = await run('flexservice.services.status', {
      service: 'orders',
      environment: 'Development',
    });

    assert.equal(status.version, '1.4.0');
  });

  it('recycles one at a time', async () => {
    const both = await Promise.allSettled([
      run('flexservice.services.recycle', { folder, confirm: true }),
      run('flexservice.services.recycle', { service: 'orders', confirm: true }),
    ]);

    const refused = both.find((one) => one.status === 'rejected');
    assert.match(String(refused?.reason), /orders has a job under way already/);
    assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1);
  });

  it('changes variables, keeps the others, and tells nobody a value', async () => {
    const change = (argument: object) =>
      run('flexservice.services.variables', { folder, confirm: true, ...argument });
    const { variables: before } = await change({});
    await change({ set: { MAIL_HOST: 'mail.example.com', MAIL_KEY: 'for no eyes' } });

    const after = await change({ set: { MAIL_PORT: '25' }, unset: ['MAIL_HOST'] });

    assert.equal(after.outcome, 'online');
    assert.deepEqual(after.variables, [...before, 'MAIL_KEY', 'MAIL_PORT'].sort());
    assert.deepEqual((await change({})).variables, after.variables);
    assert.doesNotMatch(JSON.stringify(after), /for no eyes/);
  });

  it('ends the deploy of a task with its terminal, while it asks and while it is watched', async () => {
    const manifest = await manifestOf(folder);
    const asking = await startTask();
    asking.terminate();
    await until('another deploy to be let begin', async () => {
      const none = { folder, bump: 'no-version', confirm: true };
      return (await failureOf(run('flexservice.deploy.deploy', none))).code === 'invalidInput';
    });
    assert.equal(await manifestOf(folder), manifest);

    const watched = await startTask({ bump: '1.4.1', confirm: true });
    const last = () => run('flexservice.deploy.job', { folder });
    await until('the job', async () => (await last()).version === '1.4.1');
    watched.terminate();

    await until('its end', async () => (await last()).outcome === 'cancelled');
    await until('what the instance goes on with', async () => {
      const { status, version } = await statusOfFolder();
      return status === 'ONLINE' && version === '1.4.1';
    });
  });

  const statusOfFolder = async () =>
    (await run('flexservice.services.status', { folder })) as unknown as ServiceStatus;
});
