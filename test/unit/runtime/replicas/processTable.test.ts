import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { identify, ProcessTable } from '../../../../src/runtime/replicas/processTable';
import { Database } from '../../../../src/runtime/store/database';

describe('ProcessTable', () => {
  let database: Database;
  let processes: ProcessTable;
  let child: ChildProcess;

  beforeEach(() => {
    database = new Database(':memory:');
    processes = new ProcessTable(database);
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: 'ignore',
    });
  });

  afterEach(() => {
    child.kill('SIGKILL');
    database.close();
  });

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

  it('forgets what was removed', () => {
    processes.add(child.pid!);
    processes.remove(child.pid!);

    assert.equal(processes.killAll(), 0);
  });
});
