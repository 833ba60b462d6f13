import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { findFreePort } from '../../src/core/base/freePort';
import { until } from '../support/until';
import { copyFixture, failureOf, outputOf, run } from './station';

/** A service that needs no SDK: it says how it is, and answers discovery as the files beside it say. */
const service = `
const fs = require('fs');
const answers = {
  '/healthcheck': () => [200, '{"healthy":true}'],
  '/_command/discover': () => {
    fs.appendFileSync('asked', '.');
    return fs.existsSync('broken') ? [500, 'no'] : [200, '{"dataLink":{"serviceObjects":["tea"]}}'];
  },
};
require('http')
  .createServer((request, response) => {
    const [status, text] = (answers[request.url] || (() => [200, '[]']))();
    response.writeHead(status).end(text);
  })
  .listen(Number(process.env.TEST_PORT || 10001), '127.0.0.1');
`;

describe('launching a service', () => {
  let folder: string;
  const inFolder = (name: string) => path.join(folder, name);
  const timesAsked = async () => (await readFile(inFolder('asked'), 'utf8')).length;
  const isSilent = (port: number) =>
    fetch(`http://127.0.0.1:${port}/healthcheck`).then(
      () => false,
      () => true,
    );

  before(() => run('flexservice.log.show'));
  beforeEach(async () => {
    folder = await copyFixture('orders-service');
    await writeFile(inFolder('index.js'), service);
  });
  afterEach(async () => {
    await vscode.debug.stopDebugging();
    await until('port 10001 to be free', () => isSilent(10_001));
    await rm(folder, { recursive: true });
  });

  it('is ready without handlers where it does not tell them, and says so once', async () => {
    await writeFile(inFolder('broken'), '');

    const { port } = await run('flexservice.handlers.run', { folder });

    assert.equal(port, 10_001);
    const told = await outputOf('FlexService', /does not tell its handlers/);
    assert.equal(told.split('does not tell its handlers').length, 2);
    const answer = await run('flexservice.handlers.invoke', { folder, kind: 'data', name: 'tea' });
    assert.deepEqual(answer.status, 200);
  });

  it('asks for the handlers again when it is told to refresh', async () => {
    await run('flexservice.handlers.run', { folder });
    const before = await timesAsked();

    await run('flexservice.handlers.refresh');

    assert.equal(await timesAsked(), before + 1);
    await writeFile(inFolder('broken'), '');
    const failure = await failureOf(run('flexservice.handlers.refresh'));
    assert.equal(failure.code, 'serviceNotReady');
  });

  it('tells of one from launch.json that never answers, and waits on', async () => {
    const settings = vscode.workspace.getConfiguration('flexservice.handlers');
    await settings.update('startSeconds', 1, vscode.ConfigurationTarget.Global);
    await writeFile(inFolder('index.js'), 'setInterval(() => undefined, 1000);');
    try {
      await launch({ cwd: folder });

      await outputOf('FlexService', /does not answer on its port after 1 s/);
    } finally {
      await settings.update('startSeconds', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.ok(vscode.debug.activeDebugSession);
  });

  it('takes the port that a configuration in the settings names', async () => {
    const port = await findFreePort();
    const configuration = {
      ...{ type: 'flexservice', request: 'launch', name: 'on its own port' },
      ...{ cwd: folder, port, env: { TEST_PORT: String(port) } },
    };
    const launches = vscode.workspace.getConfiguration('launch');
    await launches.update('configurations', [configuration], vscode.ConfigurationTarget.Workspace);
    try {
      const [workspaceFolder] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(await vscode.debug.startDebugging(workspaceFolder, 'on its own port'));

      assert.deepEqual((await run('flexservice.handlers.run', { folder })).port, port);
    } finally {
      await launches.update('configurations', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.debug.stopDebugging();
      await until('the port to be free', () => isSilent(port));
    }
  });

  async function launch(more: object): Promise<void> {
    const own = { type: 'flexservice', request: 'launch', name: 'from launch.json' };
    const [workspaceFolder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(await vscode.debug.startDebugging(workspaceFolder, { ...own, ...more }));
  }
});
