import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CommandArguments, CommandId } from '../../src/editor/contributions';
import { checkout } from '../support/checkout';
import { until } from '../support/until';

/** Results are checked by the tests: each names the fields that it relies on. */
export type Result = Record<string, never> & {
  account: { id: string; email: string; instance: string };
  service: { id: string; name: string };
  environment: { id: string; name: string };
  status: { status: string; version?: string; deployment?: { status: string; version: string } };
  entries: { _id: string; message?: unknown; threshold: string | null; timestamp: string }[];
  version: string;
  job: string;
  outcome: string;
  progress: string;
  stack: { text: string; path?: string; line?: number }[];
  changes: { path: string; change: string }[];
  url: string;
  pid: number;
  port: number;
  variables: string[];
  runtime: string;
};

/** Calls a command as a task or an agent does: with its one argument object. */
export async function run<Id extends CommandId>(
  id: Id,
  argument: CommandArguments[Id] = {},
): Promise<Result> {
  return vscode.commands.executeCommand<Result>(id, argument);
}

/** The code of the error that a command ends with. */
export async function failureOf(
  running: Promise<unknown>,
): Promise<{ code: string; message: string }> {
  const error: unknown = await running.then(
    (value) => assert.fail(`did not fail, but gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error && 'code' in error, String(error));
  return { code: String(error.code), message: error.message };
}

/** Closes whatever asks until the command gives up. */
export async function escapeFrom(running: Promise<unknown>): ReturnType<typeof failureOf> {
  let isOver = false;
  const ended = failureOf(running).finally(() => (isOver = true));
  await until('the command to give up', async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    return isOver;
  });
  return ended;
}

/** The folder that the window has open: a copy of the orders service, dependencies installed. */
export function ordersFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder, 'the window has no folder');
  return folder;
}

interface Runtime {
  url: string;
  dataDirectory: string;
  email: string;
  password: string;
}

let started: Promise<Runtime> | undefined;

/** The FlexService Runtime of this run, started by the extension's own command. */
export async function runtime(): Promise<Runtime> {
  started ??= startRuntime();
  return started;
}

async function startRuntime(): Promise<Runtime> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'flexservice-integration-'));
  // The runtime inherits it: a service that cannot start is to fail within seconds here.
  process.env.FLEX_RUNTIME_START_ATTEMPTS = '3';
  const { url } = await run('flexservice.runtime.start', { dataDirectory });
  const owner = JSON.parse(await readFile(path.join(dataDirectory, 'owner.json'), 'utf8')) as {
    email: string;
    password: string;
  };
  return { url, dataDirectory, ...owner };
}

/** Ends the runtime and everything in it. */
export async function endRuntime(): Promise<void> {
  if (!started) {
    return;
  }
  const { dataDirectory } = await started;
  started = undefined;
  await run('flexservice.runtime.stop');
  await rm(dataDirectory, { recursive: true, force: true });
}

export async function signedIn(): Promise<Result['account']> {
  const { url, email, password } = await runtime();
  return (await run('flexservice.accounts.signIn', { instance: url, email, password })).account;
}

/** Makes a service of this name and binds a folder to it. */
export async function boundTo(name: string, folder = ordersFolder()): Promise<Result> {
  await signedIn();
  const created = await run('flexservice.services.create', { name, bind: false });
  await run('flexservice.project.bind', { folder, service: created.service.id });
  return created;
}

/** A copy of one of test/fixtures in a folder of its own. */
export async function copyFixture(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `flexservice-${name}-`));
  await cp(path.join(checkout, 'test/fixtures', name), folder, { recursive: true });
  return folder;
}

export function manifestOf(folder: string): Promise<string> {
  return readFile(path.join(folder, 'package.json'), 'utf8');
}

/** What the last deploy shows of a file, and the quick fixes on the line of each. */
export async function problemsOf(file: string): Promise<[code: unknown, fixes: string[]][]> {
  const uri = vscode.Uri.file(file);
  await vscode.workspace.openTextDocument(uri);
  const told = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Flex');
  const fixed = told.map(async ({ code, range }): Promise<[unknown, string[]]> => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      ...(['vscode.executeCodeActionProvider', uri, range] as const),
    );
    const ours = actions.filter(({ command }) => command?.command === 'flexservice.deploy.fix');
    return [code, ours.map(({ title }) => title)];
  });
  return Promise.all(fixed);
}

/** Writes into an editor, and leaves it unsaved. */
export async function writeUnsaved(file: string, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(file);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  assert.ok(document.isDirty);
  return document;
}

/** The editor may be about to save by itself: what it holds is what stays. */
export async function closeSaved(document?: vscode.TextDocument): Promise<void> {
  await document?.save();
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
}

/** What an output channel shows. */
export async function outputOf(channel: string, wanted: RegExp): Promise<string> {
  return until(`${String(wanted)} in ${channel}`, () => {
    const document = vscode.workspace.textDocuments.find(
      ({ uri, fileName }) => uri.scheme === 'output' && fileName.includes(channel),
    );
    const text = document?.getText();
    return text !== undefined && wanted.test(text) && text;
  });
}

/** Starts a deploy task of the window's tasks.json, or the one that the extension offers itself. */
export async function startTask(definition?: object): Promise<RunningTask> {
  const file = path.join(ordersFolder(), '.vscode/tasks.json');
  const label = definition ? 'send it' : 'deploy';
  if (definition) {
    const task = { type: 'flexservice', task: 'deploy', label, ...definition };
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ version: '2.0.0', tasks: [task] }));
  }
  const found = await until(`the task ${label}`, async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'flexservice' });
    return tasks.find(({ name }) => name === label);
  });
  const ended = new Promise<number | undefined>((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name === label) {
        listener.dispose();
        resolve(exitCode);
      }
    });
  });
  const started = new Promise<void>((resolve) => {
    const listener = vscode.tasks.onDidStartTask(({ execution }) => {
      if (execution.task.name === label) {
        listener.dispose();
        resolve();
      }
    });
  });
  const execution = await vscode.tasks.executeTask(found);
  await started;
  await rm(file, { force: true });
  return { ended, terminate: () => execution.terminate() };
}

interface RunningTask {
  /** Its exit code. */
  readonly ended: Promise<number | undefined>;
  /** As a person does who ends its terminal. */
  terminate(): void;
}

/** Runs a deploy task of the window's tasks.json to its end. */
export async function exitCodeOfTask(definition: object): Promise<number | undefined> {
  return (await startTask(definition)).ended;
}
