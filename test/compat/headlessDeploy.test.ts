import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { isRunning } from '../../src/core/base/processes';
import { writeBinding } from '../../src/core/project/binding';
import { checkout } from '../support/checkout';
import { ConnectProxy } from '../support/connectProxy';
import { HeldProxy } from '../support/heldProxy';
import { RuntimeClient, tinyService, type TestService } from '../support/runtimeClient';
import { startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Report {
  outcome: string;
  findings: { severity: string; code: string; message: string }[];
}

/** dist/deploy.js as a pipeline runs it: a process, its exit code, its output. */
describe('dist/deploy.js', function () {
  this.timeout(120_000);
  const scratch = createScratchFolder('headless');
  const folder = path.join(scratch, 'tiny');
  let runtime: RuntimeProcess;
  let client: RuntimeClient;
  let service: TestService;

  const write = (name: string, content: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  const writeService = (extra = '') => {
    for (const [name, content] of Object.entries(tinyService('1.0.0', extra))) write(name, content);
    // As preflight wants it, and without a download.
    write('sdk/package.json', '{"name":"kinvey-flex-sdk","version":"3.3.0"}');
    const dependencies = { 'kinvey-flex-sdk': 'file:sdk' };
    write('package.json', `${JSON.stringify({ name: 'tiny', version: '1.0.0', dependencies })}\n`);
  };
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawn(process.execPath, [path.join(checkout, 'dist/deploy.js'), ...args], {
      cwd: folder,
      env: {
        ...process.env,
        FLEXSERVICE_TOKEN: client.token,
        FLEXSERVICE_INSTANCE: runtime.url,
        ...env,
      },
    });
  const endOf = async (child: ReturnType<typeof start>): Promise<Ended> => {
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      child.exitCode === null && once(child, 'exit'),
    ]);
    return { code: child.exitCode, stdout, stderr };
  };
  const deploy = (...args: string[]) => endOf(start(args));
  const deployWith = (env: NodeJS.ProcessEnv, ...args: string[]) => endOf(start(args, env));
  const manifest = () => readFileSync(path.join(folder, 'package.json'), 'utf8');

  before(async () => {
    runtime = await startRuntime({
      dataDirectory: path.join(scratch, 'data'),
      args: ['--replicas', '1'],
      env: { FLEX_RUNTIME_START_ATTEMPTS: '1' },
    });
    client = await RuntimeClient.signIn(runtime.url);
    service = await client.createService({ environmentVariables: { KEPT: 'one' } });
    writeService();
    await writeBinding(folder, 'ci', {
      organizationId: 'x',
      ...service,
      serviceName: 'tiny',
    });
  });
  beforeEach(() => writeService());
  after(async () => {
    await runtime.stop();
    removeScratchFolder(scratch);
  });

  it('brings a version online and tells so in words, or as JSON', async () => {
    const first = await deploy();
    assert.deepEqual([first.code, first.stdout], [0, '1.0.0 is online.\n'], first.stderr);
    assert.match(first.stderr, /Uploading .* \(3 files\)/);

    const second = await deploy('--bump', 'minor', '--json');
    const report = JSON.parse(second.stdout) as Record<string, unknown>;
    assert.equal(second.code, 0);
    assert.deepEqual([report.outcome, report.version], ['online', '1.1.0']);
    assert.equal(second.stderr, '');
    assert.match(manifest(), /"version":"1\.1\.0"/);
    assert.equal((await client.status(service)).version, '1.1.0');
  });

  it('ends without waiting, which the instance takes for a deploy all the same', async () => {
    const { code, stdout } = await deploy('--bump', 'patch', '--no-watch', '--json');

    const { outcome, job, version } = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual([code, outcome], [0, 'sent']);
    assert.equal((await client.ended(job ?? '')).status, 'COMPLETE');
    assert.equal((await client.online(service)).version, version);
  });

  it('sets variables beside those that are there, by value and from its own environment', async () => {
    const { code, stdout, stderr } = await deployWith(
      { FROM_HERE: 'hidden value' },
      ...['--bump', 'patch', '--variable', 'FROM_HERE', '--variable', 'GIVEN=a=b'],
    );

    assert.equal(code, 0, stderr);
    const route = `v4/services/${service.serviceId}/environments`;
    const [environment] = (await client.send('GET', route)).body as Record<string, unknown>[];
    const expected = { KEPT: 'one', FROM_HERE: 'hidden value', GIVEN: 'a=b' };
    assert.deepEqual(environment?.environmentVariables, expected);
    assert.ok(!`${stdout}${stderr}`.includes('hidden value'));
  });

  it('goes through the proxy that the environment names, but not to this machine', async () => {
    const proxy = await ConnectProxy.start(runtime.url);
    const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: '' };
    try {
      const args = ['--bump', 'patch'];
      const far = await deployWith(
        // Its certificate is for another name.
        { ...env, FLEXSERVICE_INSTANCE: 'https://kinvey.test/', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        ...args,
      );
      assert.equal(far.code, 0, far.stderr);
      assert.deepEqual([...new Set(proxy.connected)], ['kinvey.test:443']);

      proxy.connected.length = 0;
      const near = await deployWith(env, ...args);
      assert.equal(near.code, 0, near.stderr);
      assert.deepEqual(proxy.connected, []);
    } finally {
      proxy.stop();
    }
  });

  it('goes by ids where the folder is not bound', async () => {
    const binding = readFileSync(path.join(folder, '.kinvey'));
    rmSync(path.join(folder, '.kinvey'));
    try {
      const unbound = await deploy();
      assert.deepEqual([unbound.code, unbound.stdout], [3, '']);
      assert.match(unbound.stderr, /not bound/);

      const { serviceId } = service;
      const target = ['--service', serviceId, '--environment', 'Development'];
      const named = await deploy('--bump', 'patch', '--dry-run', ...target);
      assert.equal(named.code, 0, named.stderr);

      const wrong = await deploy('--service', serviceId, '--environment', 'Production');
      assert.equal(wrong.code, 5);
      assert.match(wrong.stderr, /no environment Production/);
    } finally {
      writeFileSync(path.join(folder, '.kinvey'), binding);
    }
  });

  it('tells what it would send, and sends nothing', async () => {
    const before = await client.status(service);
    const { code, stdout } = await deploy('--bump', 'major', '--dry-run', '--json');

    const report = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(code, 0);
    assert.deepEqual(report.files, ['index.js', 'package.json', 'sdk/package.json']);
    assert.match(manifest(), /"version":"1\.0\.0"/);
    assert.deepEqual(await client.status(service), before);
  });

  it('warns of what it cannot send, whichever rules it goes by, and would send the rest', async () => {
    const lost = path.join(folder, 'prices.json');
    symlinkSync('nowhere', lost);
    const dry = ['--bump', 'major', '--dry-run'];
    const [own, asCli] = [await deploy(...dry), await deploy(...dry, '--cli-bundle', '--json')];
    rmSync(lost);

    const message = 'prices.json is not deployed (link that leads nowhere).';
    assert.ok(own.stderr.startsWith(`warning: ${message}`), own.stderr);
    assert.match(own.stdout, /would be sent: 3 files/);
    const { outcome, findings } = JSON.parse(asCli.stdout) as Report;
    assert.deepEqual([own.code, asCli.code, outcome], [0, 0, 'checked']);
    assert.deepEqual(findings, [{ severity: 'warning', code: 'leftOut', message, file: lost }]);
  });

  it('does not send what looks like a secret until somebody says so', async () => {
    const before = await client.status(service);
    write(
      'lib/mail.js',
      "exports.key = 's3cret-of-this-very-environment';\nprocess.env.MAIL_HOST;\n",
    );
    try {
      writeService("require('./lib/mail');");
      const other = await client.createService({ secret: 's3cret-of-this-very-environment' });
      const target = ['--service', other.serviceId, '--json'];

      const refused = await deploy(...target);
      assert.equal(refused.code, 3);
      assert.match(refused.stdout, /lib\/mail\.js, line 1, looks like a secret/);
      assert.doesNotMatch(refused.stdout, /of-this-very-environment/);
      assert.deepEqual(await client.status(service), before);
      const dry = await deploy('--dry-run', ...target);
      assert.deepEqual([dry.code, (JSON.parse(dry.stdout) as Report).outcome], [3, 'checked']);

      const accepted = await deploy('--accept-findings', ...target);
      const { outcome, findings } = JSON.parse(accepted.stdout) as Report;
      assert.deepEqual([accepted.code, outcome], [0, 'online'], accepted.stdout);
      assert.deepEqual(
        findings.map(({ severity, code }) => `${severity} ${code}`),
        ['error leak', 'warning variableUnset'],
      );
    } finally {
      rmSync(path.join(folder, 'lib'), { recursive: true });
    }
  });

  it('starts the service here first where it is told to, and misses handlers that are deployed', async () => {
    const handling = (...handlers: string[]) => `
      const create = http.createServer;
      const answers = {
        '/healthcheck': { healthy: true },
        '/_command/discover': { businessLogic: { handlers: ${JSON.stringify(handlers)} } },
      };
      http.createServer = (serve) => create((request, response) => {
        const answer = answers[request.url];
        return answer ? response.end(JSON.stringify(answer)) : serve(request, response);
      });`;
    writeService(handling('price', 'total'));
    assert.equal((await deploy('--bump', 'patch', '--start-check')).code, 0);
    const before = await client.status(service);

    writeService(handling('price'));
    const gone = await deploy('--bump', 'patch', '--start-check');
    assert.equal(gone.code, 3);
    assert.match(gone.stderr, /handlers that would be gone: function total\./);
    writeService('throw new TypeError("no such thing");');
    const failing = await deploy('--bump', 'patch', '--start-check', '--json');
    assert.equal(failing.code, 3);
    assert.match(failing.stdout, /TypeError: no such thing/);
    assert.deepEqual(await client.status(service), before);
  });

  it('ends with the first startup error of a version that does not start', async () => {
    writeService('throw new TypeError("no such thing");');
    const { code, stdout } = await deploy('--bump', 'patch');

    assert.equal(code, 1);
    assert.match(stdout, /did not come online/);
    assert.match(stdout, /TypeError: no such thing\n.*index\.js/);
  });

  it('has an exit code for each kind of refusal, and leaves the folder as it was', async () => {
    const before = manifest();
    const refusals: [number, RegExp, Promise<Ended>][] = [
      [2, /--nothing/, deploy('--nothing')],
      [2, /neither a version/, deploy('--bump', 'sideways')],
      [2, /not higher than/, deploy('--bump', '0.0.1')],
      [2, /no MISSING/, deploy('--variable', 'MISSING')],
      [4, /FLEXSERVICE_TOKEN/, deployWith({ FLEXSERVICE_TOKEN: '' })],
      [4, /sign in/i, deployWith({ FLEXSERVICE_TOKEN: 'expired' }, '--bump', 'patch')],
      [7, /^The time .*--timeout.* ran out\.$/m, deploy('--bump', 'patch', '--timeout', '0.00001')],
      [5, /127\.0\.0\.1:9/, deployWith({ FLEXSERVICE_INSTANCE: 'http://127.0.0.1:9' })],
    ];
    for (const [expected, words, ending] of refusals) {
      const { code, stderr } = await ending;
      assert.equal(code, expected, stderr);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    }
    assert.equal(manifest(), before);
  });

  it('tells all that is in the way of a folder together, as far as it can be known', async () => {
    const codesOf = ({ stdout }: Ended) =>
      (JSON.parse(stdout) as Report).findings.map(({ code }) => code);
    writeService("require('left-out'); process.env.UNSET_HERE;");
    write('package.json', '{"name":"tiny","version":"1.0.0","dependencies":{}}');

    const refused = await deploy('--json', '--accept-findings');
    assert.equal(refused.code, 3);
    assert.match(refused.stdout, /"code":"preflightFailed","message":".*kinvey-flex-sdk.*left-out/);
    assert.deepEqual(codesOf(refused), ['noSdk', 'packageMissing', 'variableUnset']);

    const expired = await deployWith({ FLEXSERVICE_TOKEN: 'expired' }, '--json');
    assert.equal(expired.code, 3);
    assert.deepEqual(codesOf(expired), ['noSdk', 'packageMissing', 'environmentUnchecked']);
    rmSync(path.join(folder, 'index.js'));
    const { code, stderr } = await deploy();
    assert.equal(code, 3);
    assert.match(stderr, /cannot be deployed:\n- .*kinvey-flex-sdk.*\n- There is no index\.js/);
  });

  it('says after Ctrl+C that what was sent goes on', async () => {
    writeService('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);');
    const child = start(['--bump', 'patch']);
    child.stderr.on('data', (data) => {
      // By then it has the job's id.
      if (/Building|Starting/.test(String(data))) child.kill('SIGINT');
    });

    const { code, stdout } = await endOf(child);

    assert.equal(code, 6, stdout);
    const version = /^(\S+) was sent\.\nNo longer watched: the instance goes on/.exec(stdout)?.[1];
    assert.ok(version, stdout);
    await until('the version', async () => (await client.online(service)).version === version);
  });

  it('goes on where nobody reads what it prints, and ends with the same exit code', async () => {
    const child = start(['--bump', '7.0.0']);
    child.stdout.destroy();
    child.stderr.destroy();

    await once(child, 'exit');

    assert.equal(child.exitCode, 0);
    assert.match(manifest(), /"version":"7\.0\.0"/);
    assert.equal((await client.status(service)).version, '7.0.0');
  });

  describe('ended while a deploy is held back', () => {
    let proxy: HeldProxy;
    let child: ReturnType<typeof start>;

    beforeEach(async () => {
      proxy = await new HeldProxy(runtime.url).start();
      proxy.holds = true;
      child = start(['--bump', '8.0.0'], { FLEXSERVICE_INSTANCE: proxy.url });
      await until('the upload', () => proxy.held === 1);
      assert.match(manifest(), /"version":"8\.0\.0"/);
    });
    afterEach(() => proxy.stop());

    it('takes the version out of the folder again where its terminal is closed', async () => {
      child.kill('SIGHUP');

      assert.equal((await endOf(child)).code, 6);
      assert.match(manifest(), /"version":"1\.0\.0"/);
    });

    it('does so also after a second Ctrl+C, which ends it at once', async () => {
      proxy.holdsAll = true;
      child.kill('SIGINT');
      await until('its last question', () => proxy.held === 2);
      child.kill('SIGINT');

      assert.equal((await endOf(child)).code, 130);
      assert.match(manifest(), /"version":"1\.0\.0"/);
    });
  });

  it('leaves neither a process nor a copy after a second Ctrl+C in the start check', async () => {
    const [started, asked, temporary] = ['started', 'asked', 'tmp'].map((name) =>
      path.join(scratch, name),
    ) as [string, string, string];
    mkdirSync(temporary);
    writeService(`
      const { writeFileSync, renameSync } = require('fs');
      process.on('SIGTERM', () => writeFileSync(${JSON.stringify(asked)}, ''));
      process.on = () => process;
      writeFileSync(${JSON.stringify(`${started}.new`)}, String(process.pid));
      renameSync(${JSON.stringify(`${started}.new`)}, ${JSON.stringify(started)});
      http.createServer = () => ({ listen: () => setInterval(() => {}, 1000) });`);
    const child = start(['--bump', '9.0.0', '--start-check'], { TMPDIR: temporary });
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
