import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConnectProxy } from '../support/connectProxy';
import { reportOf, usePipeline } from '../support/pipeline';

describe('dist/deploy.js', function () {
  this.timeout(120_000);
  const pipeline = usePipeline();

  it('brings a version online and tells so in words, or as JSON', async () => {
    const first = await pipeline.deploy();
    assert.deepEqual([first.code, first.stdout], [0, '1.0.0 is online.\n'], first.stderr);
    assert.match(first.stderr, /Uploading .* \(3 files\)/);

    const second = await pipeline.deploy('--bump', 'minor', '--json');
    const report = reportOf(second);
    assert.equal(second.code, 0);
    assert.deepEqual([report.outcome, report.version], ['online', '1.1.0']);
    assert.equal(second.stderr, '');
    assert.match(pipeline.manifest, /"version":"1\.1\.0"/);
    assert.equal((await pipeline.client.status(pipeline.service)).version, '1.1.0');
  });

  it('ends without waiting, which the instance takes for a deploy all the same', async () => {
    const ended = await pipeline.deploy('--bump', 'patch', '--no-watch', '--json');

    const { outcome, job, version } = reportOf(ended);
    assert.deepEqual([ended.code, outcome], [0, 'sent']);
    assert.equal((await pipeline.client.ended(job)).status, 'COMPLETE');
    assert.equal((await pipeline.client.online(pipeline.service)).version, version);
  });

  it('sets variables beside those that are there, by value and from its own environment', async () => {
    const { code, stdout, stderr } = await pipeline.deployWith(
      { FROM_HERE: 'hidden value' },
      ...['--bump', 'patch', '--variable', 'FROM_HERE', '--variable', 'GIVEN=a=b'],
    );

    assert.equal(code, 0, stderr);
    const route = `v4/services/${pipeline.service.serviceId}/environments`;
    const [environment] = (await pipeline.client.send('GET', route)).body as Record<
      string,
      unknown
    >[];
    const expected = { KEPT: 'one', FROM_HERE: 'hidden value', GIVEN: 'a=b' };
    assert.deepEqual(environment?.environmentVariables, expected);
    assert.ok(!`${stdout}${stderr}`.includes('hidden value'));
  });

  it('goes through the proxy that the environment names, but not to this machine', async () => {
    const proxy = await ConnectProxy.start(pipeline.client.url);
    const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: '' };
    try {
      const args = ['--bump', 'patch'];
      const far = await pipeline.deployWith(
        // Its certificate is for another name.
        { ...env, FLEXSERVICE_INSTANCE: 'https://kinvey.test/', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        ...args,
      );
      assert.equal(far.code, 0, far.stderr);
      assert.deepEqual([...new Set(proxy.connected)], ['kinvey.test:443']);

      proxy.connected.length = 0;
      const near = await pipeline.deployWith(env, ...args);
      assert.equal(near.code, 0, near.stderr);
      assert.deepEqual(proxy.connected, []);
    } finally {
      proxy.stop();
    }
  });

  it('goes by ids where the folder is not bound', async () => {
    const binding = readFileSync(path.join(pipeline.folder, '.kinvey'), 'utf8');
    pipeline.remove('.kinvey');
    try {
      const unbound = await pipeline.deploy();
      assert.deepEqual([unbound.code, unbound.stdout], [3, '']);
      assert.match(unbound.stderr, /not bound/);

      const { serviceId } = pipeline.service;
      const target = ['--service', serviceId, '--environment', 'Development'];
      const named = await pipeline.deploy('--bump', 'patch', '--dry-run', ...target);
      assert.equal(named.code, 0, named.stderr);

      const wrong = await pipeline.deploy('--service', serviceId, '--environment', 'Production');
      assert.equal(wrong.code, 5);
      assert.match(wrong.stderr, /no environment Production/);
    } finally {
      pipeline.write('.kinvey', binding);
    }
  });

  it('tells what it would send, and sends nothing', async () => {
    const before = await pipeline.client.status(pipeline.service);
    const dry = await pipeline.deploy('--bump', 'major', '--dry-run', '--json');

    assert.equal(dry.code, 0);
    assert.deepEqual(reportOf(dry).files, ['index.js', 'package.json', 'sdk/package.json']);
    assert.match(pipeline.manifest, /"version":"1\.0\.0"/);
    assert.deepEqual(await pipeline.client.status(pipeline.service), before);
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
    pipeline.writeService(handling('price', 'total'));
    assert.equal((await pipeline.deploy('--bump', 'patch', '--start-check')).code, 0);
    const before = await pipeline.client.status(pipeline.service);

    pipeline.writeService(handling('price'));
    const gone = await pipeline.deploy('--bump', 'patch', '--start-check');
    assert.equal(gone.code, 3);
    assert.match(gone.stderr, /handlers that would be gone: function total\./);
    pipeline.writeService('throw new TypeError("no such thing");');
    const failing = await pipeline.deploy('--bump', 'patch', '--start-check', '--json');
    assert.equal(failing.code, 3);
    assert.match(failing.stdout, /TypeError: no such thing/);
    assert.deepEqual(await pipeline.client.status(pipeline.service), before);
  });

  it('ends with the first startup error of a version that does not start', async () => {
    pipeline.writeService('throw new TypeError("no such thing");');
    const { code, stdout } = await pipeline.deploy('--bump', 'patch');

    assert.equal(code, 1);
    assert.match(stdout, /did not come online/);
    assert.match(stdout, /TypeError: no such thing\n.*index\.js/);
  });
  it('prints no value of the environment with the error that a version ends with', async () => {
    const url = 'mongodb://admin:Tr0ub4dor-x@h/d';
    const { serviceId } = await pipeline.client.createService({
      environmentVariables: { DB_URL: url },
    });
    pipeline.writeService(
      'throw new Error(`no ${process.env.DB_URL} for ${process.env.GIVEN}, ${process.env.SHORT}`);',
    );
    const given = ['--variable', 'GIVEN=for-this-deploy', '--variable', 'SHORT=eu'];
    const text = await pipeline.deploy('--service', serviceId, ...given);
    const again = ['--service', serviceId, '--bump', 'patch', '--json'];
    const json = await pipeline.deploy(...again, ...given);

    assert.deepEqual([text.code, json.code], [1, 1], text.stderr);
    for (const { stdout, stderr } of [text, json]) {
      assert.match(stdout, /Error: no \[hidden\] for \[hidden\], eu/);
      assert.doesNotMatch(`${stdout}${stderr}`, /Tr0ub4dor|for-this-deploy/);
    }
  });
});
