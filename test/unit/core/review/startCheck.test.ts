import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAppError } from '../../../../src/core/base/errors';
import { isRunning } from '../../../../src/core/base/processes';
import type { Discovery } from '../../../../src/core/handlers/discovery';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { checkStart, type StartCheckOptions } from '../../../../src/core/review/startCheck';
import { checkout } from '../../../support/checkout';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';
import { until } from '../../../support/until';

const handlers = { dataObjects: ['orders'], functions: ['price'], auth: [] };
const answers = `
  const http = require('http');
  const discovery = { dataLink: { serviceObjects: ['orders'] }, businessLogic: { handlers: ['price'] } };
  http.createServer((request, response) => {
    const isPing = request.url === '/healthcheck';
    response.end(JSON.stringify(isPing ? { healthy: true } : discovery));
  }).listen(10001);
  require('fs').writeFileSync(process.env.SEEN, JSON.stringify({ env: process.env, pid: process.pid }));`;

const tellsFolder = "require('fs').writeFileSync(process.env.SEEN, __dirname);";

describe('checkStart', () => {
  let folder = '';
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  const check = async (more: Partial<StartCheckOptions> & { had?: Discovery } = {}) =>
    checkStart({
      bundle: await planBundle(folder),
      node: process.execPath,
      portHook: path.join(checkout, 'dist/replicaPort.js'),
      servicePort: 10_001,
      timeoutMs: 30_000,
      variables: { GREETING: 'hello there', SEEN: path.join(folder, 'seen.json') },
      deployed: Promise.resolve(more.had),
      ...more,
    });
  const told = async (more?: Parameters<typeof check>[0]) => {
    const { findings } = await check(more);
    return findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  };
  const seen = () =>
    JSON.parse(readFileSync(path.join(folder, 'seen.json'), 'utf8')) as {
      env: Record<string, string>;
      pid: number;
    };

  beforeEach(() => {
    folder = createScratchFolder('start');
    write('package.json', '{"name":"orders"}');
    write('index.js', answers);
  });
  afterEach(() => removeScratchFolder(folder));

  it("starts the service with its environment's variables, knows its handlers and ends it", async () => {
    process.env.ONLY_OF_THIS_PERSON = 'x';
    const report = await check();
    delete process.env.ONLY_OF_THIS_PERSON;

    assert.deepEqual(report, { findings: [], handlers });
    const { env, pid } = seen();
    assert.deepEqual([env.GREETING, env.ONLY_OF_THIS_PERSON], ['hello there', undefined]);
    await until('its end', () => !isRunning(pid));
  });

  it('names the handlers of the deployed version that would be gone', async () => {
    const had = { dataObjects: ['orders', 'stock'], functions: ['price'], auth: ['sso'] };

    assert.deepEqual(await told({ had }), [
      'error handlersGone: The deployed version has handlers that would be gone: data stock, auth sso.',
    ]);
    assert.deepEqual(await told({ had: { ...handlers, functions: [] } }), []);
  });

  it('tells the error that a service ends with, its place, and no value of a variable', async () => {
    write('index.js', "require('./lib');");
    write('lib.js', '\nthrow new TypeError(`no ${process.env.GREETING}:\\n\\n1 !== 2`);');

    const { findings } = await check();

    const [finding] = findings;
    assert.match(
      finding?.message ?? '',
      /ended \(exit code 1\): TypeError: no \[hidden\]: 1 !== 2$/,
    );
    assert.deepEqual(
      [finding?.severity, finding?.file, finding?.line],
      ['error', path.join(folder, 'lib.js'), 2],
    );
  });

  it('starts what would be sent, and leaves neither a copy nor a trace in the folder', async () => {
    write('.kinveyignore', 'local.js');
    write('local.js', '');
    mkdirSync(path.join(folder, 'node_modules'));
    write('node_modules/sdk.js', 'module.exports = 1;');
    write('index.js', `require('sdk'); ${tellsFolder} require('./local');`);

    const { findings } = await check();

    assert.match(findings[0]?.message ?? '', /Cannot find module '\.\/local'/);
    assert.equal(findings[0]?.file, path.join(folder, 'index.js'));
    const copy = readFileSync(path.join(folder, 'seen.json'), 'utf8');
    assert.deepEqual([copy === folder, existsSync(copy)], [false, false]);
  });

  it('tells a service that ends without a word, and one that never answers', async () => {
    write('index.js', 'process.exit(3)');
    assert.match(
      (await told()).join(),
      /^error startFailed: .*\(exit code 3\): it printed nothing/,
    );

    write('index.js', 'setInterval(() => {}, 1000);');
    assert.match((await told({ timeoutMs: 300 })).join(), /^error startFailed: .*did not answer/);
  });

  it('warns of one that answers, but not as the SDK does', async () => {
    write(
      'index.js',
      "require('http').createServer((_, response) => response.end('{}')).listen(10001);",
    );
    assert.match(
      (await told({ timeoutMs: 3_000 })).join(),
      /^warning startUnchecked: .*answers GET \/healthcheck with 200, but not within 3 seconds .*"healthy": true/,
    );
  });

  it('only says that it could not see it where that is no fault of the service', async () => {
    write('index.js', "require('kinvey-flex-sdk');");
    assert.match((await told()).join(), /^warning startUnchecked: .*not installed here/);
    mkdirSync(path.join(folder, 'node_modules'));
    assert.match((await told()).join(), /^error startFailed: .*Cannot find module/);
    const node = path.join(folder, 'no-node');
    assert.match(
      (await told({ node })).join(),
      /^warning startUnchecked: .*Node\.js was not found/,
    );
  });

  it('leaves nothing running when it is cancelled', async () => {
    write('index.js', answers.replace('response.end', 'if (!isPing) response.end'));
    const abort = new AbortController();
    const checking = check({ signal: abort.signal });
    const pid = await until('the service', () => seen().pid);
    abort.abort();

    await assert.rejects(checking, (error) => isAppError(error, 'cancelled'));
    await until('its end', () => !isRunning(pid));
  });
});
