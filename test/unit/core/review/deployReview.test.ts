import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isAppError } from '../../../../src/core/base/errors';
import { DeployReview, type ReviewRequest } from '../../../../src/core/review/deployReview';
import { isBlocking } from '../../../../src/core/review/finding';
import { HttpClient } from '../../../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../../../src/core/kinvey/managementApi';
import { silentLog } from '../../../../src/core/base/log';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';
import { json, ScriptedServer } from '../../../support/scriptedServer';

describe('DeployReview', () => {
  const folder = createScratchFolder('review');
  let server: ScriptedServer;
  const hashOf = (text: number) => createHash('sha1').update(`${text}`).digest('hex').slice(0, 36);
  const account = { id: 'a', email: 'a@example.com', instance: '' };
  const target = { folder, account, serviceName: 'orders', environmentName: 'Development' };
  const start = async (more: Partial<ReviewRequest> = {}) =>
    new DeployReview({
      forAccount: () => {
        const options = { baseUrl: server.url, token: 't', product: 'test', log: silentLog };
        return Promise.resolve(new ManagementApi(new HttpClient(options)));
      },
    }).start({
      target: { ...target, serviceId: 's', environmentId: 'e' },
      bundle: await planBundle(folder),
      ...more,
    });
  const review = async (variables?: Record<string, string>) =>
    (await start({ variables })).findings;

  before(async () => {
    server = await ScriptedServer.start();
    const environment = {
      ...{ id: 'e', name: 'Development', secret: 'the shared one', runtime: 'flex-runtime-node8' },
      environmentVariables: { SET: '1' },
    };
    server.on('GET v4/services/s/environments', json(200, [environment]));
    const files = {
      'package.json': '{"name":"orders","engines":{"node":">=10"},"dependencies":{}}',
      'index.js':
        "process.env.SET; process.env.GIVEN; process.env.UNSET;\nrequire('./lib/mail');\n",
      'lib/mail.js': "exports.key = 'the shared one';\n",
      'lib/many.js': Array.from({ length: 103 }, (_, index) => `'ghp_${hashOf(index)}'`).join(
        ',\n',
      ),
    };
    mkdirSync(path.join(folder, 'lib'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  });
  after(async () => {
    await server.close();
    removeScratchFolder(folder);
  });

  it("compares the bundle with the environment's secret, runtime and variables", async () => {
    const findings = await review({ GIVEN: '2' });

    const told = findings.map(({ code, message }) => `${code}: ${message}`).join('\n');
    assert.match(told, /^leak: lib\/mail\.js, line 1, looks like a secret/);
    assert.match(
      told,
      /leak: lib\/many\.js holds 3 more that look like secrets, from line 101 on\./,
    );
    assert.match(told, /enginesMismatch: /);
    assert.match(told, /variableUnset: index\.js, line 1: Development does not set .* UNSET\.$/);
    assert.doesNotMatch(told, /the shared one|\bSET\b|GIVEN/);
  });

  it('tells what the files say alone where nobody knows where they go to', async () => {
    const { findings } = await start({ target: undefined });

    const codes = (await findings).map(({ code }) => code);
    assert.ok(codes.includes('leak'), 'tokens');
    assert.ok(!codes.includes('variableUnset') && !codes.includes('enginesMismatch'));
    assert.ok((await findings).every(({ file }) => !file?.endsWith('lib/mail.js')));
  });

  it('waits for a decision on errors only, which secrets are', async () => {
    const blocking = (await review({ GIVEN: '2', UNSET: '3' })).filter(isBlocking);

    assert.ok(blocking.some(({ leak, file }) => leak && file === path.join(folder, 'lib/mail.js')));
    assert.ok(blocking.every(({ code }) => code !== 'variableUnset'));
  });

  it('warns of what cannot be sent, and waits for nobody because of it', async () => {
    symlinkSync('nowhere', path.join(folder, 'prices.json'));
    const findings = await review();
    rmSync(path.join(folder, 'prices.json'));

    const leftOut = findings.filter(({ code }) => code === 'leftOut');
    assert.deepEqual(
      leftOut.map(({ file }) => file),
      [path.join(folder, 'prices.json')],
    );
    assert.ok(!leftOut.some(isBlocking));
  });

  it('looks again at what changed meanwhile: its secrets, and new errors of the sources', async () => {
    const put = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    const text = (name: string) => readFileSync(path.join(folder, name), 'utf8');
    const [manifest, index] = [text('package.json'), text('index.js')];
    put('index.js', `require('gone');\n${index}`);
    const { checkAgain } = await start();
    const told = async () =>
      (await checkAgain(await planBundle(folder))).map(({ code, file = '' }) => [
        code,
        path.basename(file),
      ]);
    assert.deepEqual(await told(), [], 'nothing changed');
    put('package.json', manifest.replace('{', '{"version":"1.0.1",'));
    assert.deepEqual(await told(), [], 'its version only');

    put('late.js', "exports.key = 'the shared one';\n");
    put('index.js', `\nrequire('gone');\nrequire('./late');\n${index}`);
    assert.deepEqual(await told(), [['leak', 'late.js']]);
    put('late.js', 'x = {{{\n');
    assert.deepEqual(await told(), [['syntaxError', 'late.js']]);
    rmSync(path.join(folder, 'late.js'));
    assert.deepEqual(await told(), [['fileMissing', 'index.js']]);
    put('index.js', index);
    rmSync(path.join(folder, 'lib/mail.js'));
    assert.deepEqual(await told(), [['fileMissing', 'index.js']]);

    put('lib/mail.js', "exports.key = 'the shared one';\n");
    put('package.json', manifest);
  });

  it('reads the sources again where package.json asks for other packages', async () => {
    const put = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    const text = (name: string) => readFileSync(path.join(folder, name), 'utf8');
    const [manifest, index] = [text('package.json'), text('index.js')];
    put('index.js', `require('left-out');\n${index}`);
    put('package.json', manifest.replace('"dependencies":{', '"dependencies":{"left-out":"1.0.0"'));
    const { read, checkAgain } = await start();
    await read;
    put('package.json', manifest);

    const found = await checkAgain(await planBundle(folder));
    put('index.js', index);

    assert.deepEqual(
      found.map(({ code }) => code),
      ['packageMissing'],
    );
  });

  it('fails once where the instance refuses, and leaves no part of it to nobody', async () => {
    server.on('GET v4/services/s/environments', json(401, { code: 'InvalidCredentials' }));
    const unwatched: unknown[] = [];
    const note = (reason: unknown) => unwatched.push(reason);
    process.on('unhandledRejection', note);
    try {
      const { promise: deployed, reject } = Promise.withResolvers<undefined>();
      const check = {
        node: process.execPath,
        portHook: '',
        servicePort: 1,
        timeoutMs: 1,
        deployed,
      };
      const { findings } = await start({ startCheck: check });
      reject(new Error('cannot be reached'));

      await assert.rejects(findings, (error) => isAppError(error, 'sessionExpired'));
      await nextTurn();
      assert.deepEqual(unwatched, []);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});
