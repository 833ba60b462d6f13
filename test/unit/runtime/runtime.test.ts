import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { silentLog } from '../../../src/core/base/log';
import { readLimits } from '../../../src/runtime/limits';
import { Runtime } from '../../../src/runtime/runtime';
import { deployForm, RuntimeClient, type Answer } from '../../support/runtimeClient';
import { owner } from '../../support/runtimeProcess';
import { logWorker } from '../../support/logWorker';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { until } from '../../support/until';

describe('Runtime', () => {
  let folder: string;
  let runtime: Runtime;
  let url: string;

  const start = async (
    env: NodeJS.ProcessEnv = {},
    account: object = owner,
    host = '127.0.0.1',
  ) => {
    runtime = new Runtime({
      host,
      port: 0,
      data: folder,
      owner: account,
      replicas: 1,
      portHook: '',
      logWorker,
      limits: readLimits(env),
      log: silentLog,
    });
    url = (await runtime.start()).replace('0.0.0.0', '127.0.0.1');
  };

  beforeEach(() => {
    folder = createScratchFolder('runtime');
  });

  afterEach(async () => {
    await runtime.close();
    removeScratchFolder(folder);
  });

  const post = async (body: unknown): Promise<Answer> => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}session`, init);
    return { status: response.status, body: await response.json() };
  };

  describe('sessions', () => {
    it('are opened with a token of their own each, and closed alone', async () => {
      await start();
      const one = await RuntimeClient.signIn(url);
      const two = await RuntimeClient.signIn(url);

      assert.notEqual(one.token, two.token);
      assert.equal((await one.send('DELETE', 'session')).status, 204);
      assert.equal((await one.send('GET', 'v4/user')).status, 401);
      const { body } = await two.send('GET', 'v4/user');
      assert.deepEqual(body, { email: owner.email, firstName: 'Jane', lastName: 'Doe' });
    });

    it('are refused with the wrong password or an unknown e-mail in the same words', async () => {
      await start();
      const refusal = {
        status: 401,
        body: { code: 'InvalidCredentials', description: 'Invalid e-mail and/or password.' },
      };

      assert.deepEqual(await post({ ...owner, password: 'x' }), refusal);
      assert.deepEqual(await post({ ...owner, email: 'x@example.com' }), refusal);
    });

    it('name the fields that are missing', async () => {
      await start();

      assert.deepEqual(await post({ email: owner.email }), {
        status: 422,
        body: {
          code: 'ValidationError',
          description: 'Validation failed.',
          errors: [{ field: 'password', message: 'password is required.' }],
        },
      });
    });

    it('expire, in the very words that the CLI compares', async () => {
      await start({ FLEX_RUNTIME_TOKEN_SECONDS: '0.001' });
      const client = await RuntimeClient.signIn(url);

      const answer = await until('the expiry', async () => {
        const { status, body } = await client.send('GET', 'v4/organizations');
        return status === 401 && body;
      });
      assert.deepEqual(answer, {
        code: 'InvalidCredentials',
        description: 'Authorization token invalid or expired.',
      });
    });

    it('are never kept in clear text', async () => {
      await start();
      const { token } = await RuntimeClient.signIn(url);

      const files = readdirSync(folder).filter((name) => name.startsWith('runtime.db'));
      const bytes = Buffer.concat(files.map((name) => readFileSync(path.join(folder, name))));
      assert.equal(bytes.includes(token), false);
      assert.equal(bytes.includes(owner.password), false);
    });
  });

  describe('the owner', () => {
    it('is made at the first start, with a password for its eyes only', async () => {
      await start({}, {});
      const file = path.join(folder, 'owner.json');
      const made = JSON.parse(readFileSync(file, 'utf8')) as object;

      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal((await post(made)).status, 200);
    });

    it('gets another password with the next start', async () => {
      await start();
      await runtime.close();

      await start({}, { email: owner.email, password: 'another' });

      assert.equal((await post(owner)).status, 401);
      assert.equal((await post({ email: owner.email, password: 'another' })).status, 200);
    });
  });

  describe('answers', () => {
    let client: RuntimeClient;

    beforeEach(async () => {
      await start();
      client = await RuntimeClient.signIn(url);
    });

    const code = async (method: string, route: string, body?: unknown) => {
      const answer = await client.send(method, route, body);
      return [answer.status, (answer.body as { code: string }).code];
    };

    it('tell what does not exist in the words of the contract', async () => {
      const { serviceId, environmentId } = await client.createService();

      assert.deepEqual(await code('GET', 'v4/organizations/x'), [404, 'OrganizationNotFound']);
      assert.deepEqual(await code('GET', 'v4/apps/x'), [404, 'AppNotFound']);
      assert.deepEqual(await code('GET', 'v4/environments/kid_x'), [404, 'EnvironmentNotFound']);
      assert.deepEqual(await code('GET', 'v4/services/x'), [404, 'ServiceNotFound']);
      assert.deepEqual(await code('GET', 'v4/jobs/x'), [404, 'JobNotFound']);
      const wrong = `v4/services/${serviceId}/environments/x/status`;
      assert.deepEqual(await code('GET', wrong), [404, 'ServiceEnvironmentNotFound']);
      const foreign = (await client.createService()).serviceId;
      const other = `v4/services/${foreign}/environments/${environmentId}`;
      assert.deepEqual(await code('GET', other), [404, 'ServiceEnvironmentNotFound']);
      assert.deepEqual(await code('GET', 'v4/nonsense'), [404, 'RouteNotFound']);
      assert.deepEqual(await code('GET', 'v4/identity-providers'), [404, 'FeatureFlagRequired']);
    });

    it('are JSON for broken and for oversized bodies too', async () => {
      const headers = { 'content-type': 'application/json' };
      const broken = await fetch(`${url}session`, { method: 'POST', headers, body: '{' });
      const large = await fetch(`${url}session`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ email: 'x'.repeat(2_000_000) }),
      });

      assert.equal(((await broken.json()) as { code: string }).code, 'BadRequest');
      assert.deepEqual([broken.status, large.status], [400, 413]);
      assert.equal(((await large.json()) as { code: string }).code, 'RequestTooLarge');
    });

    it('are JSON for URLs and query strings that make no sense', async () => {
      assert.deepEqual(await code('GET', 'v4/%'), [400, 'BadRequest']);
      const { body } = await client.send('GET', 'v4/services?organizationId=a&organizationId=b');
      assert.deepEqual(body, []);
    });

    it('keep description and runtime of an environment that a PUT leaves out', async () => {
      const runtime = 'flex-runtime-node12';
      const { serviceId, environmentId } = await client.createService({
        runtime,
        description: 'd',
      });
      const route = `v4/services/${serviceId}/environments/${environmentId}`;

      const changed = { name: 'Development', secret: 'xyz', environmentVariables: { A: '1' } };
      const { body } = await client.send('PUT', route, { ...changed, host: 'h', unknown: 1 });

      const expected = { id: environmentId, ...changed, host: 'h', runtime, description: 'd' };
      assert.deepEqual(body, expected);
    });

    it('name the fields of an environment that are wrong', async () => {
      const { serviceId } = await client.createService();
      const { status, body } = await client.send('POST', `v4/services/${serviceId}/environments`, {
        secret: ' x',
        runtime: 'python',
        environmentVariables: { 'A=B': '1', C: 1 },
      });

      assert.equal(status, 422);
      const { errors } = body as { errors: { field: string }[] };
      assert.deepEqual([...new Set(errors.map(({ field }) => field))].sort(), [
        'environmentVariables',
        'name',
        'runtime',
        'secret',
      ]);
    });
  });

  describe('/metrics', () => {
    it('counts what was answered, for whoever asks on loopback', async () => {
      await start();
      await (await RuntimeClient.signIn(url)).send('GET', 'v4/nonsense');

      const text = await until('both requests', async () => {
        const metrics = await (await fetch(`${url}metrics`)).text();
        return metrics.includes('code="404"} 1') && metrics;
      });

      assert.match(text, /^flex_requests_total\{door="management",code="200"\} \d+$/m);
      assert.match(text, /^flex_request_duration_seconds_count\{door="management"\} \d+$/m);
      assert.match(text, /^process_resident_memory_bytes \d+$/m);
    });

    it('needs a session where others on the network can ask', async () => {
      await start({}, owner, '0.0.0.0');
      const client = await RuntimeClient.signIn(url);

      assert.equal((await fetch(`${url}metrics`)).status, 401);
      const headers = { authorization: `Kinvey ${client.token}` };
      assert.equal((await fetch(`${url}metrics`, { headers })).status, 200);
    });
  });

  describe('an upload', () => {
    let client: RuntimeClient;

    beforeEach(async () => {
      await start();
      client = await RuntimeClient.signIn(url);
    });

    const uploads = () => readdirSync(path.join(folder, 'uploads'));

    it('of more than the limit is refused with 413 and leaves nothing behind', async () => {
      const service = await client.createService();
      const archive = Buffer.alloc(11 * 1_024 * 1_024);

      const answer = await client.send('POST', 'v4/jobs', deployForm(service, '1.0.0', archive));

      assert.equal(answer.status, 413);
      assert.deepEqual(uploads(), []);
      assert.deepEqual(await client.status(service), { status: 'NEW' });
    });

    it('that is broken off leaves neither a file nor a job behind', async () => {
      const service = await client.createService();

      const socket = await sendHalf(new URL(url), client.token, service);
      await until('half a file', () => uploads().length === 1);
      socket.destroy();

      await until('an empty folder', () => uploads().length === 0);
      assert.deepEqual(await client.status(service), { status: 'NEW' });
    });

    it('that is no multipart data is refused with 400', async () => {
      for (const type of ['multipart/form-data', 'multipart/form-data; boundary=b']) {
        const headers = { authorization: `Kinvey ${client.token}`, 'content-type': type };
        const init = { method: 'POST', headers, body: 'nonsense' };
        const response = await fetch(`${url}v4/jobs`, init);
        assert.deepEqual(
          [response.status, ((await response.json()) as { code: string }).code],
          [400, 'BadRequest'],
        );
      }
    });

    it('for a service that does not exist, or without parts, is refused and removed', async () => {
      const nowhere = { serviceId: 'x', environmentId: 'y' };
      const form = deployForm(nowhere, '1.0.0', Buffer.alloc(2_048));
      assert.equal((await client.send('POST', 'v4/jobs', form)).status, 404);

      const service = await client.createService();
      for (const part of ['type', 'params', 'file']) {
        const incomplete = deployForm(service, '1.0.0', Buffer.alloc(2_048));
        incomplete.delete(part);
        assert.equal((await client.send('POST', 'v4/jobs', incomplete)).status, 422, part);
      }
      assert.deepEqual(uploads(), []);
    });
  });
});

/** Sends a deploy up to the middle of its archive. */
async function sendHalf(
  { hostname, port }: URL,
  token: string,
  { serviceId, environmentId }: { serviceId: string; environmentId: string },
): Promise<Socket> {
  const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"`;
  const params = JSON.stringify({ serviceId, serviceEnvironmentId: environmentId });
  const body =
    `${part('type')}\r\n\r\ndeployService\r\n${part('params')}\r\n\r\n${params}\r\n` +
    `${part('file')}; filename="archive.tar"\r\nContent-Type: application/tar\r\n\r\n${'x'.repeat(100_000)}`;
  const head = [
    'POST /v4/jobs HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `Authorization: Kinvey ${token}`,
    'Content-Type: multipart/form-data; boundary=b',
    'Content-Length: 5000000',
  ];
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => resolve());
  });
  return socket;
}
