import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { failureOf, ordersFolder, run, signedIn } from './station';

const folder = ordersFolder();
const healthy = async () => (await fetch('http://127.0.0.1:10001/healthcheck')).ok;

interface Answer {
  status: number;
  body: unknown;
  durationMs: number;
}
const invoke = async (argument: object) =>
  (await run('flexservice.handlers.invoke', argument)) as unknown as Answer;

describe('handlers', () => {
  afterEach(async () => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await vscode.debug.stopDebugging();
    await until('port 10001 to be free', () =>
      healthy().then(
        () => false,
        () => true,
      ),
    );
  });

  it('runs the service until it answers, and tells where', async () => {
    const { port, url, pid } = await run('flexservice.handlers.run', { folder });

    assert.deepEqual({ port, url }, { port: 10001, url: 'http://127.0.0.1:10001/' });
    assert.ok(pid > 0);
    assert.ok(await healthy());
  });

  it('sends requests to data objects, functions and auth handlers', async () => {
    await run('flexservice.handlers.run', { folder });

    const data = await invoke({ folder, kind: 'data', name: 'customers', event: 'onGetAll' });
    const login = await invoke({
      folder,
      kind: 'auth',
      name: 'shopLogin',
      body: { username: 'ann@example.com', password: 'letmein' },
    });
    const refused = await invoke({
      folder,
      kind: 'auth',
      name: 'shopLogin',
      body: { username: 'ann@example.com', password: 'wrong' },
    });

    assert.equal(data.status, 200);
    assert.ok(Array.isArray(data.body) && data.body.length > 0);
    assert.ok(data.durationMs >= 0);
    assert.equal(login.status, 200);
    assert.equal(refused.status, 401);
  });

  it('stops at a breakpoint in a handler', async () => {
    const file = vscode.Uri.file(path.join(folder, 'lib/customers.js'));
    const source = (await vscode.workspace.openTextDocument(file)).getText().split('\n');
    const line = source.findIndex((text) => text.includes('!customer.name'));
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(new vscode.Location(file, new vscode.Position(line, 0))),
    ]);
    const stopped = stop();
    await run('flexservice.handlers.debug', { folder });

    const answer = invoke({
      folder,
      kind: 'data',
      name: 'customers',
      event: 'onInsert',
      body: { name: 'Cleo', email: 'cleo@example.com' },
    });
    const { session, threadId } = await stopped;
    const { stackFrames } = (await session.customRequest('stackTrace', { threadId })) as {
      stackFrames: { id: number; line: number }[];
    };
    const [top] = stackFrames;
    const { result } = (await session.customRequest('evaluate', {
      expression: 'customer.name',
      frameId: top?.id,
    })) as { result: string };
    await session.customRequest('continue', { threadId });

    assert.equal(top?.line, line + 1);
    assert.equal(result, "'Cleo'");
    assert.equal((await answer).status, 201);
  });

  it('waits for a service that is held at a breakpoint while it starts, however long', async () => {
    const settings = vscode.workspace.getConfiguration('flexservice.handlers');
    await settings.update('startSeconds', 1, vscode.ConfigurationTarget.Global);
    const file = vscode.Uri.file(path.join(folder, 'index.js'));
    const source = (await vscode.workspace.openTextDocument(file)).getText().split('\n');
    const line = source.findIndex((text) => text.includes('.service('));
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(new vscode.Location(file, new vscode.Position(line, 0))),
    ]);
    const stopped = stop();

    const failure = await failureOf(run('flexservice.handlers.debug', { folder }));
    const { session, threadId } = await stopped;
    await session.customRequest('continue', { threadId });
    await settings.update('startSeconds', undefined, vscode.ConfigurationTarget.Global);
    const { port } = await run('flexservice.handlers.debug', { folder });

    assert.equal(failure.code, 'serviceNotReady');
    assert.match(failure.message, /stopped at a breakpoint/);
    assert.equal(port, 10001);
    const data = await invoke({ folder, kind: 'data', name: 'customers', event: 'onGetAll' });
    assert.equal(data.status, 200);
  });

  it('sends the shared secret of the bound environment to a service that wants one', async () => {
    const secret = 'a secret that both know';
    await signedIn();
    await run('flexservice.services.create', { name: 'guarded', secret, bind: false });
    await run('flexservice.project.bind', { folder, service: 'guarded' });
    await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
      type: 'flexservice',
      request: 'launch',
      name: 'guarded',
      env: { FLEX_SHARED_SECRET: secret },
    });
    await until('the service to answer', healthy);
    const ask = { folder, kind: 'data', name: 'customers', event: 'onGetAll' } as const;

    const bound = await invoke(ask);
    await run('flexservice.project.unbind', { folder });
    const direct = await fetch('http://127.0.0.1:10001/customers');

    assert.equal(bound.status, 200);
    assert.equal(direct.status, 401);
  });

  it('names the process that holds the port, before it launches anything', async () => {
    const holder = createServer().listen(10001, '127.0.0.1');
    await until('the port to be held', () => holder.listening);
    let sessions = 0;
    const counting = vscode.debug.onDidStartDebugSession(() => sessions++);
    try {
      const failure = await failureOf(run('flexservice.handlers.run', { folder }));

      assert.equal(failure.code, 'portTaken');
      assert.match(failure.message, new RegExp(`10001.*${process.pid}`));
      assert.equal(sessions, 0);
    } finally {
      counting.dispose();
      await new Promise((resolve) => holder.close(resolve));
    }
  });

  it('says that nothing runs, instead of asking a caller', async () => {
    const failure = await failureOf(
      run('flexservice.handlers.invoke', { folder, kind: 'data', name: 'orders' }),
    );

    assert.equal(failure.code, 'serviceNotReady');
  });

  it('offers itself to F5 and to launch.json', async () => {
    const folders = vscode.workspace.workspaceFolders;
    assert.ok(folders);
    const isStarted = await vscode.debug.startDebugging(folders[0], {
      type: 'flexservice',
      request: 'launch',
      name: 'from launch.json',
    });

    assert.ok(isStarted);
    await until('the service to answer', healthy);
    const stopped = await run('flexservice.handlers.stop', { folder });
    assert.equal(stopped.port, 10001);
  });
});

/** The first stop of any debug session; the program runs in a child session of js-debug's. */
function stop(): Promise<{ session: vscode.DebugSession; threadId: number }> {
  return new Promise((resolve) => {
    const tracker = vscode.debug.registerDebugAdapterTrackerFactory('*', {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage: (message: { event?: string; body?: { threadId: number } }) => {
          if (message.event === 'stopped' && message.body) {
            tracker.dispose();
            resolve({ session, threadId: message.body.threadId });
          }
        },
      }),
    });
  });
}
