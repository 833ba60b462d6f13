import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { startRegistry } from '../support/npmRegistry';
import { RuntimeClient, tinyService } from '../support/runtimeClient';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';
import { StartGate } from '../support/startGate';
import {
  boundTo,
  closeSaved,
  copyFixture,
  failureOf,
  manifestOf,
  ordersFolder,
  problemsOf,
  run,
  runtime,
  writeUnsaved,
  type Result,
} from './station';

describe('what is checked before a deploy', () => {
  const folder = ordersFolder();

  let created: Result;

  before(async () => {
    created = await boundTo('checked');
  });

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

  it('tells problems, findings, unsaved editors and a deploy under way together, each with its fix', async () => {
    const { url, email, password } = await runtime();
    const client = await RuntimeClient.signIn(url, { email, password });
    const there = { serviceId: created.service.id, environmentId: created.environment.id };
    const scratch = createScratchFolder('gate');
    const gate = new StartGate(path.join(scratch, 'open'));
    const job = await client.deploy(there, '7.0.0', tinyService('7.0.0', await gate.close()));
    await until('it to run', async () => {
      const { deployment } = await client.status(there);
      return deployment?.status === 'RUNNING';
    });
    const [manifestFile, index, lib] = ['package.json', 'index.js', 'lib/orders.js'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string];
    const [manifest, source, libSource] = (await Promise.all(
      [manifestFile, index, lib].map((file) => readFile(file, 'utf8')),
    )) as [string, string, string];
    await writeFile(manifestFile, manifest.replace('kinvey-flex-sdk', 'kinvey-flux-sdk'));
    await writeFile(index, `require('left-out');\n${source}`);
    const unsaved = await writeUnsaved(lib, '// by a person\n');
    // VS Code saves nothing over what something else wrote meanwhile.
    await writeFile(lib, `// by a tool, at the same time\n${libSource}`);

    const failure = await failureOf(
      run('flexservice.deploy.deploy', { folder, bump: 'patch', confirm: true }),
    );

    assert.equal(failure.code, 'preflightFailed');
    const told = [
      /7\.0\.0 is being deployed to checked · Development by \S+ since .*, and is not online yet/,
      /lib\/orders\.js has changes in its editor that could not be saved/,
      /does not have kinvey-flex-sdk in its dependencies/,
      /index\.js, line 1, requires "left-out"/,
      /… and 1 more, in the Problems view/,
    ];
    for (const sentence of told) assert.match(failure.message, sentence);
    assert.deepEqual(await problemsOf(lib), [['unsaved', []]]);
    assert.deepEqual(await problemsOf(index), [
      ['packageMissing', ['Install left-out']],
      ['variableUnset', ['Deploy with FLEX_SHARED_SECRET…']],
    ]);
    const known = ['Install kinvey-flex-sdk', 'Follow the Deploy of checked'];
    assert.deepEqual(await problemsOf(manifestFile), [
      ['noSdk', known],
      ['jobRunning', known],
    ]);

    await vscode.window.showTextDocument(unsaved);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('the editor to be told no more', async () => (await problemsOf(lib)).length === 0);
    await closeSaved(unsaved);
    await writeFile(lib, libSource);
    await writeFile(index, source);
    const following = run('flexservice.deploy.fix', {
      ...{ folder, kind: 'followDeploy', name: 'checked' },
    } as const);
    await gate.open();
    await following;
    assert.equal((await client.ended(job)).status, 'COMPLETE');
    await until('the deploy to be told no more', async () =>
      (await problemsOf(manifestFile)).every(([code]) => code !== 'jobRunning'),
    );
    await writeFile(manifestFile, manifest);
    removeScratchFolder(scratch);
  });

  it('sends nothing where a script was broken while the service was started here', async () => {
    const scratch = createScratchFolder('broken-late');
    const started = path.join(scratch, 'started');
    const gate = new StartGate(path.join(scratch, 'open'));
    const [index, late] = ['index.js', 'late.js'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    const source = await readFile(index, 'utf8');
    const tell = `require('fs').writeFileSync(${JSON.stringify(started)}, '');`;
    await writeFile(index, `${tell} ${await gate.close()}\n${source}`);
    const before = await manifestOf(folder);
    const settings = vscode.workspace.getConfiguration('flexservice.deploy');
    await settings.update('startCheck', true);

    const failing = failureOf(
      run('flexservice.deploy.deploy', { folder, bump: 'minor', confirm: true }),
    );
    await until('the start', () => existsSync(started));
    await writeFile(late, 'x = {{{\n');
    await writeFile(index, `require('./late');\n${source}`);
    await gate.open();
    const { code, message } = await failing;

    await settings.update('startCheck', undefined);
    await rm(late);
    await writeFile(index, source);
    removeScratchFolder(scratch);
    assert.equal(code, 'preflightFailed');
    assert.match(message, /^• late\.js, line 1: Unexpected token/);
    assert.equal(await manifestOf(folder), before);
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
