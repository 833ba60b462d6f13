import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureCompiler } from '../../scripts/systemPackages.mjs';
import type { Files, TestService } from '../support/runtimeClient';
import { RuntimeStation, useRuntime } from '../support/runtimeStation';
import { serviceFiles } from '../support/serviceFiles';
import { useTempFolder } from '../support/tempFolder';
import { until } from '../support/until';

const node12 = 'flex-runtime-node12';
const node10 = 'flex-runtime-node10';

describe('builds of the runtime', () => {
  const shared = useRuntime({
    env: { FLEX_RUNTIME_MEMORY_MB: '64', FLEX_RUNTIME_START_ATTEMPTS: '1' },
  });
  const scratch = useTempFolder();
  let station: RuntimeStation;

  beforeEach(() => {
    station = shared();
  });
  afterEach(async () => {
    if (station !== shared()) await station.close();
  });

  /** For a test that needs a runtime of its own. */
  const startWith = async (env: NodeJS.ProcessEnv) => {
    station = await RuntimeStation.open({ env });
  };
  const deploy = (to: TestService, files: Files, more?: object) => station.deploy(to, files, more);
  const deployed = (to: TestService, files: Files, more?: object) =>
    station.update(to, files, more);
  const answer = async (service: TestService): Promise<Record<string, unknown>> =>
    (await (await station.client.call(service, '/')).json()) as Record<string, unknown>;
  const messages = (service: TestService) => station.messages(service);
  const update = async (service: TestService, change: object): Promise<void> => {
    const route = `v4/services/${service.serviceId}/environments/${service.environmentId}`;
    const { body } = await station.client.send('GET', route);
    await station.client.send('PUT', route, { ...(body as object), ...change });
  };
  const versionFolders = (service: TestService): string[] => {
    const versions = path.join(station.data, 'services', service.environmentId, 'versions');
    return readdirSync(versions).map((name) => path.join(versions, name));
  };

  describe('the Node.js of a service', () => {
    it('is what its environment names, downloaded once for two that want it at once', async () => {
      await startWith({ FLEX_RUNTIME_NODE_CACHE: path.join(scratch(), 'node') });
      const one = await station.client.createService({ runtime: node12 });
      const two = await station.client.createService();

      await Promise.all([
        deployed(one, reporting('1.0.0')),
        deployed(two, reporting('1.0.0'), { runtime: node12 }),
      ]);

      for (const service of [one, two]) {
        assert.match(String((await answer(service)).node), /^v12\./);
        assert.equal((await station.client.status(service)).runtime, node12);
      }
      const told = [...(await messages(one)), ...(await messages(two))];
      assert.equal(told.filter((text) => text.includes('is downloaded from npm')).length, 1);
      assert.equal(readdirSync(path.join(scratch(), 'node')).length, 1);
    });

    it("is the runtime's own unless the engines in package.json forbid it", async () => {
      const free = await station.client.createService();
      const bound = await station.client.createService();

      await deployed(free, reporting('1.0.0'));
      await deployed(bound, reporting('1.0.0', { engines: { node: '12.x' } }));

      assert.equal((await answer(free)).node, process.version);
      assert.match(String((await answer(bound)).node), /^v12\./);
      assert.equal((await station.client.status(bound)).runtime, undefined);
    });

    it('fails the job with the reason when it cannot be had, and what served goes on, also in a recycle', async () => {
      const npmrc = path.join(scratch(), 'npmrc');
      writeFileSync(npmrc, 'registry=http://127.0.0.1:9/\nfetch-retries=0\n');
      await startWith({
        npm_config_registry: undefined,
        npm_config_userconfig: npmrc,
        FLEX_RUNTIME_NPM_CACHE: path.join(scratch(), 'npm'),
        FLEX_RUNTIME_NODE_CACHE: path.join(scratch(), 'node'),
      });
      const service = await station.client.createService();
      await deployed(service, reporting('1.0.0'));

      const job = await deploy(service, reporting('1.1.0'), { runtime: node12 });

      assert.equal(job.status, 'FAILED');
      assert.match(job.progress, /^Node\.js 12 cannot be had: npm says .*ECONNREFUSED/);
      assert.equal((await answer(service)).version, '1.0.0');
      assert.equal((await station.client.status(service)).status, 'ONLINE');
      assert.deepEqual(readdirSync(path.join(scratch(), 'node')), []);

      await update(service, { runtime: node12 });
      const recycled = await station.client.ended(await station.client.recycle(service));

      assert.equal(recycled.status, 'FAILED');
      assert.match(recycled.progress, /^Node\.js 12 cannot be had/);
      assert.equal((await station.client.online(service)).version, '1.0.0');
      assert.equal((await answer(service)).version, '1.0.0');
    });

    it('may use as much memory as the limit allows', async () => {
      const service = await station.client.createService();

      await deployed(service, reporting('1.0.0'));

      const { heapLimit } = await answer(service);
      // Beside the limit there is room for what is young, which V8 counts too.
      assert.ok(Number(heapLimit) < 400 * 1_024 * 1_024, `the heap may have ${String(heapLimit)}`);
    });
  });

  describe('dependencies', () => {
    // As they share a runtime, which keeps them, no two tests install the same.
    const dependencies = { ms: '2.1.2' };
    const unchanged = '[runtime] The dependencies are unchanged and not installed again.';

    it('are not installed again while they are the same', async () => {
      const service = await station.client.createService();
      await deployed(service, reporting('1.0.0', { dependencies }));
      assert.ok(!(await messages(service)).includes(unchanged));

      await deployed(service, reporting('1.0.1', { dependencies }));

      assert.ok((await messages(service)).includes(unchanged));
      const { ms, version } = await answer(service);
      assert.deepEqual([ms, version], ['2.1.2', '1.0.1']);
      const metrics = await (await fetch(`${station.runtime.url}metrics`)).text();
      assert.match(metrics, /flex_dependency_sets_total\{source="installed"\} 1\n/);
      assert.match(metrics, /flex_dependency_sets_total\{source="reused"\} 1\n/);
    });

    it('are installed again when they changed, and for another Node.js', async () => {
      const dependencies = { ms: '2.0.0' };
      const service = await station.client.createService();
      await deployed(service, reporting('1.0.0', { dependencies }));

      await deployed(service, reporting('1.0.1', { dependencies: { ms: '2.1.1' } }));
      assert.equal((await answer(service)).ms, '2.1.1');
      await deployed(service, reporting('1.0.2', { dependencies }), { runtime: node12 });

      assert.ok(!(await messages(service)).includes(unchanged));
    });

    it('that a service has written to are no other version’s', async () => {
      const dependencies = { ms: '2.1.3' };
      const service = await station.client.createService();
      const vandal = `require('fs').appendFileSync(require.resolve('ms'), ';module.exports.spoilt = true;');`;
      await deployed(service, reporting('1.0.0', { dependencies }, vandal));
      assert.equal((await answer(service)).version, '1.0.0');

      await deployed(service, reporting('1.0.1', { dependencies }));
      assert.equal((await answer(service)).spoilt, false);
      const late = `setTimeout(() => { ${vandal} }, 0);`;
      await deployed(service, reporting('1.0.2', { dependencies }, late));
      await deployed(service, reporting('1.0.3', { dependencies }));

      assert.equal((await answer(service)).spoilt, false);
    });

    it('come from the lock file, untouched, where it fits package.json', async () => {
      const service = await station.client.createService();
      const lock = lockOf('^2.1.0', '2.1.2');
      const files = reporting('1.0.0', { dependencies: { ms: '^2.1.0' } });

      await deployed(service, { ...files, 'package-lock.json': lock });

      assert.equal((await answer(service)).ms, '2.1.2');
      const [version = ''] = versionFolders(service);
      assert.equal(readFileSync(path.join(version, 'package-lock.json'), 'utf8'), lock);
    });

    it('come from package.json where the lock file does not fit it', async () => {
      const service = await station.client.createService();
      const files = reporting('1.0.0', { dependencies: { ms: '2.1.1' } });

      await deployed(service, { ...files, 'package-lock.json': lockOf('2.1.2', '2.1.2') });

      assert.equal((await answer(service)).ms, '2.1.1');
      const note = '[runtime] The lock file does not fit package.json: npm installs without it.';
      assert.ok((await messages(service)).includes(note));
    });

    it('with native modules are built for the Node.js that the service has, also when it changes', async () => {
      ensureCompiler(console.log);
      const service = await station.client.createService();

      await deployed(service, serviceFiles('native-module'), { runtime: node12 });
      const first = await answer(service);
      await update(service, { runtime: node10 });
      const second = await until('the other Node.js', async () => {
        const now = await answer(service);
        return now.runsOn !== first.runsOn && now;
      });

      assert.deepEqual([first.builtFor, first.runsOn], [72, 72]);
      assert.deepEqual([second.builtFor, second.runsOn], [64, 64]);
      assert.equal((await station.client.online(service)).runtime, node10);
    });

    it('with native modules are built also where the Node.js of the machine has no headers', async () => {
      ensureCompiler(console.log);
      const data = path.join(scratch(), 'data');
      const node = path.join(scratch(), 'bin', path.basename(process.execPath));
      cpSync(process.execPath, node);
      // node-gyp cannot get them either, whatever the network allows: it has no place for them.
      mkdirSync(path.join(data, 'npm-home/.cache'), { recursive: true });
      symlinkSync('nowhere', path.join(data, 'npm-home/.cache/node-gyp'));
      station = await RuntimeStation.open({ node }, scratch());
      const service = await station.client.createService();

      await deployed(service, serviceFiles('native-module'));

      const { modules } = process.versions;
      const { builtFor, runsOn } = await answer(service);
      assert.deepEqual([builtFor, runsOn], [Number(modules), Number(modules)]);
    });
  });

  it('keep the last versions, and none that never served', async () => {
    const service = await station.client.createService();
    for (const patch of [0, 1, 2, 3, 4, 5]) {
      await deployed(service, reporting(`1.0.${patch}`));
    }
    await deploy(service, reporting('1.0.6', {}, 'process.exit(1);'));

    const kept = await until('the sweep', () => {
      const versions = versionFolders(service).map(versionIn).sort();
      return !versions.includes('1.0.6') && !versions.includes('1.0.0') && versions;
    });

    assert.deepEqual(kept, ['1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5']);
  });
});

/** A service that tells what it runs on; `extra` comes before anything else. */
function reporting(version: string, manifest: object = {}, extra = ''): Files {
  return {
    'package.json': JSON.stringify({ name: 'reporting', version, ...manifest }),
    'index.js': `
      const http = require('http');
      ${extra}
      const ms = () => { try { return require('ms/package.json').version; } catch (error) { return undefined; } };
      const spoilt = () => { try { return Boolean(require('ms').spoilt); } catch (error) { return undefined; } };
      http.createServer((request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({
          version: '${version}', node: process.version, ms: ms(), spoilt: spoilt(),
          heapLimit: require('v8').getHeapStatistics().heap_size_limit,
        }));
      }).listen(10001);
      process.on('SIGTERM', () => process.exit(0));
    `,
  };
}

/** A lock file that lacks what `npm install` would add to it. */
function lockOf(range: string, version: string): string {
  return JSON.stringify({
    name: 'reporting',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'reporting', version: '1.0.0', dependencies: { ms: range } },
      'node_modules/ms': { version },
    },
  });
}

function versionIn(folder: string): string {
  const text = readFileSync(path.join(folder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
