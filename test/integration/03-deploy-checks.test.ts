import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { startRegistry } from '../support/npmRegistry';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import {
  boundTo,
  closeSaved,
  copyFixture,
  failureOf,
  manifestOf,
  ordersFolder,
  run,
} from './station';

describe('what is checked before a deploy', () => {
  const folder = ordersFolder();

  before(() => boundTo('checked'));

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
    assert.ok(told.some(({ message }) => message.startsWith('Looks like a secret (')));
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

  it('shows what cannot be sent in the Problems view, and sends the rest', async () => {
    const lost = path.join(folder, 'prices.json');
    await symlink('nowhere', lost);

    // Refused by the instance, after all that was checked.
    const failure = await failureOf(
      run('flexservice.deploy.deploy', {
        ...{ folder, bump: 'patch', confirm: true },
        runtime: 'flex-runtime-cobol',
      }),
    );

    await rm(lost);
    assert.equal(failure.code, 'rejected');
    const [told, ...more] = vscode.languages.getDiagnostics(vscode.Uri.file(lost));
    assert.match(
      told?.message ?? '',
      /^prices\.json is not deployed \(link that leads nowhere\)\./,
    );
    assert.equal(told?.severity, vscode.DiagnosticSeverity.Warning);
    assert.deepEqual(more, []);
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

  it('installs a package that is missing, and says so where npm does not', async () => {
    const scratch = createScratchFolder('install');
    const registry = await startRegistry('@shop/prices', scratch);
    const lacking = path.join(scratch, 'lacking');
    await mkdir(lacking);
    await writeFile(path.join(lacking, 'package.json'), '{"name":"lacking"}');
    await writeFile(path.join(lacking, '.npmrc'), `@shop:registry=${registry.url}\n`);
    const install = (name: string) =>
      run('flexservice.deploy.fix', { folder: lacking, kind: 'addDependency', name });

    await install('@shop/prices');
    const { code, message } = await failureOf(install('@shop/none'));

    await registry.close();
    const { dependencies } = JSON.parse(await manifestOf(lacking)) as { dependencies: object };
    const installed = await manifestOf(path.join(lacking, 'node_modules/@shop/prices'));
    removeScratchFolder(scratch);
    assert.deepEqual(dependencies, { '@shop/prices': '^1.0.0' });
    assert.match(installed, /1\.0\.0/);
    assert.equal(code, 'rejected');
    assert.match(message, /npm did not install @shop\/none/);
  });
});
