import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { checkout } from '../support/checkout';
import { until } from '../support/until';
import {
  boundTo,
  copyFixture,
  exitCodeOfTask,
  failureOf,
  ordersFolder,
  outputOf,
  run,
  signedIn,
  type Result,
} from './station';

const manifestOf = (folder: string) => readFile(path.join(folder, 'package.json'), 'utf8');

/** The editor may be about to save by itself: what it holds is what stays. */
const closeSaved = async (document?: vscode.TextDocument) => {
  await document?.save();
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
};

describe('deploy', () => {
  let service: Result;
  const folder = ordersFolder();

  before(async () => {
    service = await boundTo('orders');
  });
  after(() => run('flexservice.logs.stop'));

  it('tells everything that is wrong at once, before anything changes', async () => {
    const broken = await copyFixture('broken-no-index');
    const manifest = await manifestOf(broken);

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder: broken, bump: 'patch', confirm: true }),
    );

    assert.equal(failure.code, 'preflightFailed');
    assert.match(failure.message, /index\.js/);
    assert.match(failure.message, /not bound/);
    assert.equal(await manifestOf(broken), manifest);
    await rm(broken, { recursive: true });
  });

  it('names the line of a trailing comma', async () => {
    const broken = await copyFixture('broken-comma');

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder: broken, bump: 'patch', confirm: true }),
    );

    assert.equal(failure.code, 'preflightFailed');
    assert.match(failure.message, /line \d+/);
    await rm(broken, { recursive: true });
  });

  it('misses the SDK', async () => {
    const broken = await copyFixture('broken-no-sdk');

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder: broken, bump: 'patch', confirm: true }),
    );

    assert.match(failure.message, /kinvey-flex-sdk/);
    await rm(broken, { recursive: true });
  });

  it('refuses a bundle over the limit, and names the largest file', async () => {
    const big = path.join(folder, 'big.bin');
    await writeFile(big, Buffer.alloc(11 * 1024 * 1024));

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder, bump: 'patch', confirm: true }),
    );

    await rm(big);
    assert.equal(failure.code, 'preflightFailed');
    assert.match(failure.message, /big\.bin/);
  });

  it('sends no secret that nobody let pass, and shows it in the Problems view', async () => {
    const keys = path.join(folder, 'keys.js');
    const before = await manifestOf(folder);
    await writeFile(keys, "require('left-out');\nexports.mailPassword = 'kT7#qLp2!vXz9';\n");
    const index = path.join(folder, 'index.js');
    const source = await readFile(index, 'utf8');
    await writeFile(index, `require('./keys');\n${source}`);

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder, bump: 'patch', confirm: true }),
    );

    assert.equal(failure.code, 'preflightFailed');
    assert.match(failure.message, /keys\.js, line 2, looks like a secret/);
    const told = vscode.languages.getDiagnostics(vscode.Uri.file(keys));
    const lines = told.map(({ source: by, range }) => `${by} ${range.start.line}`);
    assert.deepEqual(lines.sort(), ['Flex 0', 'Flex 1']);
    await vscode.workspace.openTextDocument(keys);
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      vscode.Uri.file(keys),
      new vscode.Range(0, 0, 0, 1),
    );
    assert.ok(fixes.some(({ title }) => title === 'Install left-out'));
    assert.equal(await manifestOf(folder), before);
    await rm(keys);
    await writeFile(index, source);
  });

  it('mends package.json in its editor, to be undone or saved', async () => {
    const before = await manifestOf(folder);
    const fix = { folder, kind: 'setEngines', name: '>=20' } as const;
    await run('flexservice.deploy.fix', fix);

    const { document } = vscode.window.activeTextEditor ?? {};
    assert.match(document?.getText() ?? '', /"engines": \{\n {4}"node": ">=20"\n {2}\}/);
    await vscode.commands.executeCommand('undo');
    await closeSaved(document);
    assert.equal(await manifestOf(folder), before);
    const wrong = { ...fix, kind: 'addDependency', name: '$(touch x)' } as const;
    assert.equal((await failureOf(run('flexservice.deploy.fix', wrong))).code, 'invalidInput');
  });

  it('brings a version online, which an open package.json takes as one step to undo', async () => {
    const before = await manifestOf(folder);
    const file = vscode.Uri.file(path.join(folder, 'package.json'));
    const { document } = await vscode.window.showTextDocument(file);
    const result = await run('flexservice.deploy.deploy', { folder, bump: 'patch', confirm: true });

    assert.equal(result.outcome, 'online');
    assert.equal(result.version, '1.0.1');
    const status = await run('flexservice.services.status', { folder });
    const word: unknown = status.status;
    assert.deepEqual(
      { word, version: status.version, service: status.service, environment: status.environment },
      {
        word: 'ONLINE',
        version: '1.0.1',
        service: service.service,
        environment: service.environment,
      },
    );
    const after = before.replace('"version": "1.0.0"', '"version": "1.0.1"');
    assert.equal(await manifestOf(folder), after);
    await until('the version in the editor', () => document.getText() === after);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await vscode.commands.executeCommand('redo');
    await closeSaved(document);
    assert.equal(await manifestOf(folder), after);
  });

  it('tells of the last job without being given its id', async () => {
    const { version, outcome, job } = await run('flexservice.deploy.job', { folder });

    assert.deepEqual(
      { version, outcome, job: typeof job },
      { version: '1.0.1', outcome: 'online', job: 'string' },
    );
  });

  it('does not deploy the version that is deployed', async () => {
    const manifest = await manifestOf(folder);

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder, bump: 'none', confirm: true }),
    );

    assert.equal(failure.code, 'invalidInput');
    assert.match(failure.message, /1\.0\.1/);
    assert.equal(await manifestOf(folder), manifest);
  });

  it('saves unsaved editors first, and tags in git what came online where that is wanted', async () => {
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' }).trim();
    git('init', '--quiet');
    for (const setting of ['user.name=Ann', 'user.email=ann@example.com', 'commit.gpgSign=false']) {
      git('config', ...setting.split('='));
    }
    git('add', 'package.json', 'index.js');
    git('commit', '--quiet', '--message', 'first');
    const settings = vscode.workspace.getConfiguration('flexservice.deploy');
    await settings.update('gitTag', true);
    const file = vscode.Uri.file(path.join(folder, 'lib/orders.js'));
    const document = await vscode.workspace.openTextDocument(file);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(file, new vscode.Position(0, 0), '// edited, not saved\n');
    await vscode.workspace.applyEdit(edit);
    assert.ok(document.isDirty);

    const { outcome } = await run('flexservice.deploy.deploy', {
      folder,
      bump: '1.2.0',
      confirm: true,
    });

    assert.equal(outcome, 'online');
    assert.ok(!document.isDirty);
    await until('the tag', () => git('tag') === 'v1.2.0');
    await settings.update('gitTag', undefined);
    const committed = git('show', '--name-only', '--format=', 'v1.2.0^{commit}');
    assert.equal(committed, 'package.json');
    await rm(path.join(folder, '.git'), { recursive: true });
  });

  it('compares the folder with what is deployed, file by file in one editor', async () => {
    const orders = path.join(folder, 'lib/orders.js');
    const deployed = await readFile(orders, 'utf8');
    assert.deepEqual(await run('flexservice.deploy.compare', { folder }), {
      version: '1.2.0',
      changes: [],
    });
    await writeFile(orders, `${deployed}// later\n`);
    await writeFile(path.join(folder, 'lib/new.js'), '');

    const { changes } = await run('flexservice.deploy.compare', { folder });

    await rm(path.join(folder, 'lib/new.js'));
    assert.deepEqual(changes, [
      { path: 'lib/new.js', change: 'added' },
      { path: 'lib/orders.js', change: 'changed' },
    ]);
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.match(activeTab?.label ?? '', /sent as 1\.2\.0/);
    const sent = await until('the file as it was sent', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'flexservice-sent'),
    );
    assert.equal(sent.getText(), deployed);
    await writeFile(orders, deployed);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('says that a version which is deployed was not sent from this folder', async () => {
    const other = await copyFixture('orders-service');
    await run('flexservice.project.bind', { folder: other, service: service.service.id });

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

  it('ends with the first startup error, the old version still serving; a start here finds it before', async () => {
    const index = path.join(folder, 'index.js');
    const source = await readFile(index, 'utf8');
    const broken = path.join(checkout, 'test/fixtures/broken-startup/index.js');
    await writeFile(index, await readFile(broken, 'utf8'));
    const settings = vscode.workspace.getConfiguration('flexservice.deploy');
    const minor = { folder, bump: 'minor', confirm: true };

    await settings.update('startCheck', true);
    const found = await failureOf(run('flexservice.deploy.deploy', minor));
    await settings.update('startCheck', undefined);
    const exitCode = await exitCodeOfTask({ bump: 'minor', confirm: true });

    assert.equal(found.code, 'preflightFailed');
    assert.match(found.message, /started here and ended \(exit code 1\): ReferenceError/);
    assert.equal(exitCode, 1);
    assert.equal((await run('flexservice.deploy.job', { folder })).outcome, 'failed');
    const told = await until('what the problem matcher found', () => {
      const [problem, ...more] = vscode.languages.getDiagnostics(vscode.Uri.file(index));
      return problem && { line: problem.range.start.line, message: problem.message, more };
    });
    const message = 'ReferenceError: undefinedHandler is not defined';
    assert.deepEqual(told, { line: 4, message, more: [] });
    await writeFile(index, source);
    const status = await run('flexservice.services.status', { folder });
    assert.equal(status.version, '1.2.0');
    const { entries } = await run('flexservice.logs.fetch', { folder, limit: 2000 });
    assert.ok(entries.some(({ message }) => String(message).includes('ReferenceError')));
  });

  it('shows why a version did not start, its stack linked to what was sent', async () => {
    const { stack } = await run('flexservice.deploy.failure', { folder });

    const [first] = stack;
    assert.deepEqual([first?.path, first?.line], ['index.js', 5]);
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.getText() ?? '', /^orders 1\.3\.0 did not start in Development\n/);
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

  it('follows the logs into a channel of the service, no line twice', async () => {
    await run('flexservice.logs.follow', { folder });
    const text = await outputOf('FlexService: orders (Development)', /is ready on Node\.js/);

    const { entries } = await run('flexservice.logs.fetch', { folder, limit: 2000 });
    const ready = entries.filter(({ message }) => String(message).includes('is ready on Node.js'));
    assert.equal(text.match(/is ready on Node\.js/g)?.length, ready.length);
    assert.match(text, /info/);
  });

  it('deploys again what was sent earlier, and leaves the folder as it is', async () => {
    const orders = path.join(folder, 'lib/orders.js');
    const [manifest, source] = [await manifestOf(folder), await readFile(orders, 'utf8')];
    await writeFile(orders, `${source}// not to be sent\n`);

    const result = await run('flexservice.deploy.again', {
      folder,
      version: '1.2.0',
      bump: '1.4.0',
      confirm: true,
    });

    assert.deepEqual([result.outcome, result.version], ['online', '1.4.0']);
    assert.equal(await manifestOf(folder), manifest);
    const { changes } = await run('flexservice.deploy.compare', { folder });
    await writeFile(orders, source);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.ok(changes.some((one) => one.path === 'lib/orders.js' && one.change === 'changed'));
    const status = await run('flexservice.services.status', { folder });
    assert.equal(status.version, '1.4.0');
  });

  it('fetches a range of the logs', async () => {
    const { entries } = await run('flexservice.logs.fetch', { folder, limit: 5, page: 1 });
    assert.equal(entries.length, 5);
    const all = await run('flexservice.logs.fetch', { folder, limit: 2000 });
    const [first] = entries;
    const from = all.entries.find(
      ({ timestamp }) => first && timestamp > first.timestamp,
    )?.timestamp;

    const later = await run('flexservice.logs.fetch', { folder, from, limit: 2 });

    assert.ok(first && !later.entries.some(({ _id }) => _id === first._id));
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

  it('leaves package.json as it was when nobody is signed in', async () => {
    const manifest = await manifestOf(folder);
    const { id } = await signedIn();
    await run('flexservice.accounts.signOut', { account: id });

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder, bump: 'major', confirm: true }),
    );

    assert.equal(failure.code, 'notSignedIn');
    assert.equal(await manifestOf(folder), manifest);
    await signedIn();
  });

  it('leaves package.json as it was when the instance refuses', async () => {
    const manifest = await manifestOf(folder);

    const failure = await failureOf(
      run('flexservice.deploy.deploy', {
        folder,
        bump: 'major',
        runtime: 'flex-runtime-cobol',
        confirm: true,
      }),
    );

    assert.equal(failure.code, 'rejected');
    assert.match(failure.message, /runtime/);
    assert.equal(await manifestOf(folder), manifest);
  });
});
