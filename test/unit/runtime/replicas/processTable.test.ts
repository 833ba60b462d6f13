import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { identify, ProcessTable } from '../../../../src/runtime/replicas/processTable';
import { Database } from '../../../../src/runtime/store/database';
import { skip } from '../../../support/skip';
import { until } from '../../../support/until';

describe('ProcessTable', () => {
  let database: Database;
  let processes: ProcessTable;
  let child: ChildProcess;
  const folder = `/nowhere/${process.pid}`;

  beforeEach(() => {
    database = new Database(':memory:');
    processes = new ProcessTable(database, folder);
    child = start();
  });

  afterEach(() => {
    child.kill('SIGKILL');
    database.close();
  });

  function start(env?: NodeJS.ProcessEnv): ChildProcess {
    const forEver = ['-e', 'setInterval(() => {}, 1000)'];
    return spawn(process.execPath, forEver, { detached: true, stdio: 'ignore', env });
  }

  it('ends the processes that it was told of', async () => {
    const exit = once(child, 'exit');
    processes.add(child.pid!);

    assert.equal(processes.killAll(), 1);

    assert.deepEqual(await exit, [null, 'SIGKILL']);
  });

  it('leaves a stranger alone who got the id of one that ended', () => {
    processes.add(child.pid!);
    database.run("UPDATE processes SET identity = 'an earlier start'");

    assert.equal(processes.killAll(), 0);

    assert.ok(identify(child.pid!));
  });

  it('ends a process by its mark that there was no time to tell it of', async function () {
    if (process.platform !== 'linux') skip(this, 'marks are read in /proc');
    const marked = start(processes.mark);
    const exit = once(marked, 'exit');

    assert.equal(processes.killAll(), 1);

    assert.deepEqual(await exit, [null, 'SIGKILL']);
    assert.ok(identify(child.pid!));
  });

  it('ends the helpers of a process that has ended itself', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux has a /proc');
    const helper = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })`;
    const leader = spawn(process.execPath, ['-e', `console.log(${helper}.pid)`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { HOME: path.join(folder, 'home') },
    });
    const [printed] = (await once(leader.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    processes.add(leader.pid!);
    leader.kill('SIGKILL');
    await once(leader, 'exit');
    assert.ok(identify(pid));

    assert.equal(processes.killAll(), 1);

    await until('its end', () => identify(pid) === undefined);
  });

  it('forgets what was removed', () => {
    processes.add(child.pid!);
    processes.remove(child.pid!);

    assert.equal(processes.killAll(), 0);
  });
});
