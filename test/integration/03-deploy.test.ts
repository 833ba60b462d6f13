import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { checkout } from '../support/checkout';
import { until } from '../support/until';
import {
  boundTo,
  closeSaved,
  exitCodeOfTask,
  failureOf,
  manifestOf,
  ordersFolder,
  outputOf,
  run,
  signedIn,
  writeUnsaved,
  type Result,
} from './station';

describe('deploy', () => {
  let service: Result;
  const folder = ordersFolder();

  before(async () => {
    service = await boundTo('orders');
  });
  after(() => run('flexservice.logs.stop'));

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
    const document = await writeUnsaved(
      path.join(folder, 'lib/orders.js'),
      '// edited, not saved\n',
    );

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

  it('follows the logs into a channel of the service, no line twice', async () => {
    await run('flexservice.logs.follow', { folder });
    const text = await outputOf('FlexService: orders (Development)', /is ready on Node\.js/);

    const { entries } = await run('flexservice.logs.fetch', { folder, limit: 2000 });
    const ready = entries.filter(({ message }) => String(message).includes('is ready on Node.js'));
    assert.equal(text.match(/is ready on Node\.js/g)?.length, ready.length);
    assert.match(text, /info/);
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
