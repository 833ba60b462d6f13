import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../support/until';
import {
  boundTo,
  closeSaved,
  exitCodeOfTask,
  failureOf,
  manifestOf,
  ordersFolder,
  problemsOf,
  run,
  writeUnsaved,
} from './station';

/** Refused by the instance, after all that is checked here. */
const refused = { bump: 'patch', confirm: true, runtime: 'flex-runtime-cobol' };

describe('editors that are not saved', () => {
  const folder = ordersFolder();
  const lib = path.join(folder, 'lib/orders.js');
  const tasks = vscode.workspace.getConfiguration('task');
  let source: string;
  let document: vscode.TextDocument;

  before(async () => {
    await boundTo('unsaved');
    source = await readFile(lib, 'utf8');
  });
  beforeEach(async () => {
    document = await writeUnsaved(lib, '// by a person\n');
  });
  afterEach(async () => {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await writeFile(lib, source);
    await until('the file as it was', () => document.getText() === source);
    await closeSaved();
  });

  const refuseTask = async () => {
    await tasks.update('saveBeforeRun', 'never');
    const exitCode = await exitCodeOfTask(refused);
    await tasks.update('saveBeforeRun', undefined);
    return exitCode;
  };

  it('are saved before a task, as VS Code does, and never where a person does not want that', async () => {
    const manifest = await manifestOf(folder);
    assert.equal(await refuseTask(), 1);

    assert.ok(document.isDirty);
    assert.equal(await readFile(lib, 'utf8'), source);
    assert.deepEqual(await problemsOf(lib), [['unsaved', ['Save lib/orders.js']]]);
    assert.equal(await manifestOf(folder), manifest);

    assert.equal(await exitCodeOfTask(refused), 1);
    assert.ok(!document.isDirty);
    assert.deepEqual(await problemsOf(lib), []);
  });

  it('are saved by the quick fix, and told no more once they are', async () => {
    await refuseTask();
    await run('flexservice.deploy.fix', { folder, kind: 'saveEditor', name: 'lib/orders.js' });

    assert.equal(await readFile(lib, 'utf8'), `// by a person\n${source}`);
    await until('it to be told no more', async () => (await problemsOf(lib)).length === 0);
  });

  it('are told no more once their changes are taken back', async () => {
    await refuseTask();
    assert.equal((await problemsOf(lib)).length, 1);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');

    assert.ok(!document.isDirty);
    await until('it to be told no more', async () => (await problemsOf(lib)).length === 0);
  });

  it('are saved by a command that confirms in advance, but not what is left out', async () => {
    const rules = path.join(folder, '.kinveyignore');
    const notes = path.join(folder, 'notes.txt');
    await writeFile(rules, 'notes.txt\n');
    await writeFile(notes, 'first\n');
    const leftOut = await writeUnsaved(notes, 'more\n');

    const { code } = await failureOf(run('flexservice.deploy.deploy', { folder, ...refused }));

    assert.equal(code, 'rejected');
    assert.equal(await readFile(lib, 'utf8'), `// by a person\n${source}`);
    assert.ok(leftOut.isDirty);
    assert.equal(await readFile(notes, 'utf8'), 'first\n');
    await vscode.window.showTextDocument(leftOut);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeSaved();
    await Promise.all([rules, notes].map((file) => rm(file)));
  });

  it('are refused where an extension changes them again whenever they are saved', async () => {
    let saves = 0;
    const extension = vscode.workspace.onDidSaveTextDocument(({ fileName }) => {
      if (fileName !== lib) return;
      saves += 1;
      void writeUnsaved(lib, '// by an extension\n');
    });

    const sending = run('flexservice.deploy.deploy', { folder, ...refused });
    const { code, message } = await failureOf(sending);
    extension.dispose();

    assert.equal(code, 'preflightFailed');
    assert.match(message, /lib\/orders\.js has changes in its editor that are not saved/);
    assert.equal(saves, 1);
    assert.ok(document.isDirty);
    assert.equal(await readFile(lib, 'utf8'), `// by a person\n${source}`);
    assert.deepEqual(await problemsOf(lib), [['unsaved', ['Save lib/orders.js']]]);
  });
});
