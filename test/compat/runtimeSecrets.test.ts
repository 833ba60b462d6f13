import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { certificate } from '../support/certificate';
import { RuntimeClient, tinyService } from '../support/runtimeClient';
import { owner, startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';

const secret = 'secret-e1a4c2';
const variable = 'variable-77f0b3';

describe('what a runtime keeps to itself', () => {
  let folder: string;
  let runtime: RuntimeProcess | undefined;

  beforeEach(() => {
    folder = createScratchFolder('secrets');
  });

  afterEach(async () => {
    await runtime?.stop();
    removeScratchFolder(folder);
  });

  it('is in no line of its output and of the logs, and in no file that others may read', async () => {
    const env = { FLEX_RUNTIME_START_ATTEMPTS: '2' };
    runtime = await startRuntime({ dataDirectory: folder, env });
    const client = await RuntimeClient.signIn(runtime.url);
    const environmentVariables = { TOKEN: variable, EMPTY: '' };
    const service = await client.createService({ secret, environmentVariables });
    const broken = { ...tinyService('1.1.0'), 'index.js': 'throw new Error("broken")' };
    const deploy = async (version: string, files: Record<string, string>) =>
      client.ended(await client.deploy(service, version, files, { environmentVariables }));

    assert.equal((await deploy('1.0.0', tinyService('1.0.0'))).status, 'COMPLETE');
    const headers = { authorization: `Kinvey ${client.token}` };
    const answer = (await (await client.call(service, '/x', { headers })).json()) as {
      headers: Record<string, string>;
      env: Record<string, string>;
    };
    assert.equal(answer.headers['x-auth-key'], secret);
    assert.equal(answer.env.TOKEN, variable);
    await client.call(service, '/exit').catch(() => undefined);
    await client.ended(await client.recycle(service));
    assert.equal((await deploy('1.1.0', broken)).status, 'FAILED');
    await client.send('POST', 'session', { ...owner, password: variable });
    await client.send('PUT', `v4/services/${service.serviceId}/environments/x`, { secret });
    const logs = JSON.stringify(await client.logs(service, '?limit=2000'));
    const open = listFiles(folder).filter((file) => (statSync(file).mode & 0o077) !== 0);
    await runtime.stop();

    const output = runtime.stdout() + runtime.stderr();
    for (const hidden of [secret, variable, owner.password, client.token]) {
      assert.equal(logs.includes(hidden), false, `${hidden} in the logs`);
      assert.equal(output.includes(hidden), false, `${hidden} in the output`);
    }
    assert.deepEqual(open, []);
    const holders = listFiles(folder).filter((file) => readFileSync(file).includes(secret));
    const names = holders.map((file) => path.relative(folder, file));
    assert.ok(
      names.every((name) => name.startsWith('runtime.db')),
      names.join(', '),
    );
  });

  it('travels by TLS, told by the ready line, where others on the network can reach it', async () => {
    const { certFile, keyFile } = certificate;
    const args = ['--host', '0.0.0.0'];

    await assert.rejects(startRuntime({ dataDirectory: folder, args }), {
      message: /give --tls-cert and --tls-key, or add --insecure/,
    });
    const tls = [...args, '--tls-cert', certFile, '--tls-key', keyFile];
    runtime = await startRuntime({ dataDirectory: folder, args: tls });

    assert.match(runtime.url, /^https:\/\/0\.0\.0\.0:\d+\/$/);
  });
});

function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
