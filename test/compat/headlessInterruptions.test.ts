import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { isRunning } from '../../src/core/base/processes';
import { HeldProxy } from '../support/heldProxy';
import { endOf, reportOf, usePipeline, type DeployProcess } from '../support/pipeline';
import { skip } from '../support/skip';
import { until } from '../support/until';

/** Starts a command as the first process of its own, which ends with it. */
const container = [
  'unshare',
  ...['--map-root-user', '--pid', '--mount-proc', '--fork', '--kill-child'],
] as const;

describe('dist/deploy.js, when it is interrupted', function () {
  this.timeout(120_000);
  const pipeline = usePipeline();

  it('says after Ctrl+C that what was sent goes on', async () => {
    pipeline.writeService('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);');
    const child = pipeline.start(['--bump', 'patch']);
    child.stderr.on('data', (data) => {
      // By then it has the job's id.
      if (/Building|Starting/.test(String(data))) child.kill('SIGINT');
    });

    const { code, stdout } = await endOf(child);

    assert.equal(code, 6, stdout);
    const version = /^(\S+) was sent\.\nNo longer watched: the instance goes on/.exec(stdout)?.[1];
    assert.ok(version, stdout);
    await until(
      'the version',
      async () => (await pipeline.client.online(pipeline.service)).version === version,
    );
  });

  it('goes on where nobody reads what it prints, and ends with the same exit code', async () => {
    const child = pipeline.start(['--bump', '7.0.0']);
    child.stdout.destroy();
    child.stderr.destroy();

    await once(child, 'exit');

    assert.equal(child.exitCode, 0);
    assert.match(pipeline.manifest, /"version":"7\.0\.0"/);
    assert.equal((await pipeline.client.status(pipeline.service)).version, '7.0.0');
  });

  describe('ended while a deploy is held back', () => {
    let proxy: HeldProxy;
    let child: DeployProcess;

    beforeEach(async () => {
      proxy = await new HeldProxy(pipeline.client.url).start();
      proxy.holds = true;
      child = pipeline.start(['--bump', '8.0.0'], { FLEXSERVICE_INSTANCE: proxy.url });
      await until('the upload', () => proxy.held === 1);
    });
    afterEach(() => proxy.stop());

    it('leaves the version of the folder where its terminal is closed', async () => {
      child.kill('SIGHUP');

      assert.equal((await endOf(child)).code, 6);
      assert.match(pipeline.manifest, /"version":"1\.0\.0"/);
    });

    it('does so also after a second Ctrl+C, which ends it at once', async () => {
      proxy.holdsAll = true;
      child.kill('SIGINT');
      await until('its last question', () => proxy.held === 2);
      child.kill('SIGINT');

      assert.equal((await endOf(child)).code, 130);
      assert.match(pipeline.manifest, /"version":"1\.0\.0"/);
    });

    it('keeps other deploys of the folder out, by whichever path and from any terminal, until it ends, even by kill -9', async () => {
      const link = path.join(pipeline.station.folder, 'link');
      symlinkSync(pipeline.folder, link);
      const TMPDIR = path.join(pipeline.station.folder, 'terminal');
      mkdirSync(TMPDIR);
      const again = ['--folder', link, '--bump', '9.0.0', '--json'];
      const other = await pipeline.deployWith({ TMPDIR }, ...again);
      rmSync(link);
      assert.equal(other.code, 3, other.stdout);
      assert.deepEqual(reportOf(other).error?.code, 'folderTaken');

      child.kill('SIGKILL');
      await endOf(child);
      assert.match(pipeline.manifest, /"version":"1\.0\.0"/);

      const next = await pipeline.deploy('--bump', '9.0.0');
      assert.equal(next.code, 0, next.stderr);
      assert.equal((await pipeline.client.status(pipeline.service)).version, '9.0.0');
    });
  });

  it('goes on after kill -9 in a container, where the next one has the same process id', async function () {
    if (spawnSync(container[0], [...container.slice(1), 'true']).status !== 0) {
      skip(this, 'this system lets nobody number processes anew');
    }
    const proxy = await new HeldProxy(pipeline.client.url).start();
    proxy.holds = true;
    const env = { FLEXSERVICE_INSTANCE: proxy.url };
    const child = pipeline.start(['--bump', '7.0.1'], env, container);
    await until('the upload', () => proxy.held === 1);
    child.kill('SIGKILL');
    await endOf(child);
    proxy.stop();

    const { code, stderr } = await endOf(pipeline.start(['--bump', '7.0.2'], {}, container));

    assert.equal(code, 0, stderr);
    assert.match(pipeline.manifest, /"version":"7\.0\.2"/);
  });

  it('goes on where the machine has no room for its lock', async () => {
    const nowhere = path.join(pipeline.folder, 'package.json', 'nowhere');
    const env = { HOME: nowhere, TMPDIR: nowhere };
    const { code, stderr } = await pipeline.deployWith(env, '--bump', '7.1.0');
    assert.equal(code, 0, stderr);
  });

  it('leaves neither a process nor a copy after a second Ctrl+C in the start check', async () => {
    const [started, asked, temporary] = ['started', 'asked', 'tmp'].map((name) =>
      path.join(pipeline.station.folder, name),
    ) as [string, string, string];
    mkdirSync(temporary);
    pipeline.writeService(`
      const { writeFileSync, renameSync } = require('fs');
      process.on('SIGTERM', () => writeFileSync(${JSON.stringify(asked)}, ''));
      process.on = () => process;
      writeFileSync(${JSON.stringify(`${started}.new`)}, String(process.pid));
      renameSync(${JSON.stringify(`${started}.new`)}, ${JSON.stringify(started)});
      http.createServer = () => ({ listen: () => setInterval(() => {}, 1000) });`);
    const child = pipeline.start(['--bump', '11.0.0', '--start-check'], { TMPDIR: temporary });
    await until('the start', () => existsSync(started));
    const pid = Number(readFileSync(started, 'utf8'));
    child.kill('SIGINT');
    await until('the gentle end', () => existsSync(asked));
    child.kill('SIGINT');

    assert.equal((await endOf(child)).code, 130);
    await until('the end of the service', () => !isRunning(pid));
    assert.deepEqual(
      readdirSync(temporary).filter((name) => name.startsWith('flexservice-start-')),
      [],
    );
  });
});
