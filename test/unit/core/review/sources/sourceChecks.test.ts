import assert from 'node:assert/strict';
import { isAppError } from '../../../../../src/core/base/errors';
import { planBundle } from '../../../../../src/core/project/bundlePlan';
import { checkSources } from '../../../../../src/core/review/sources/sourceChecks';
import { dependencies, SourceTrial } from './sourceTrial';

describe('checkSources', () => {
  let trial: SourceTrial;

  beforeEach(async () => {
    trial = await SourceTrial.start();
  });
  afterEach(() => trial.end());

  it('has nothing to say about a sound service', async () => {
    await trial.put({
      'package.json': {
        name: 'orders',
        engines: { node: '>=12' },
        dependencies: { ...dependencies, lodash: '^4.0.0', '@scope/a': '1.0.0' },
        optionalDependencies: { sharp: '1.0.0' },
        peerDependencies: { pg: '8.0.0' },
      },
      'index.js': `#!/usr/bin/env node
        const sdk = require('kinvey-flex-sdk');
        const { readFile } = require('fs/promises'), http = require('node:http');
        require('lodash/get'); require('@scope/a/b'); require('sharp'); require(\`pg\`);
        require('./lib'); require('./lib/orders'); require('./lib/orders.js'); require('./data');
        require('./old'); require('.'); require.resolve('./lib/'); require('#inside');
        return;`,
      'lib/index.js': `require('..'); require('../index'); require('./esm/a.mjs');`,
      'lib/orders.js': `module.exports = class { #id = 1_0n; static x = { ...{} }; };`,
      'lib/esm/a.mjs': `import b from './b.mjs?x'; import 'kinvey-flex-sdk'; await b; export * from 'fs';`,
      'lib/esm/b.mjs': 'export default 1;',
      'data.json': '{}',
      'old/package.json': { main: './start' },
      'old/start.js': '\uFEFFvar let_ = 010; with ({}) {}',
    });

    assert.deepEqual(await trial.told('flex-runtime-node14'), []);
  });

  it('compares engines with the Node.js of the environment', async () => {
    await trial.put({ 'package.json': { engines: { node: '>=14 <20' }, dependencies } });

    assert.deepEqual(await trial.told('flex-runtime-node12'), [
      'warning: The engines in package.json ask for Node.js >=14 <20, but the service environment runs Node.js 12: change its runtime or the engines.',
    ]);
    for (const fitting of ['flex-runtime-node18', 'another-runtime', undefined]) {
      assert.deepEqual(await trial.told(fitting), []);
    }
    await trial.put({ 'package.json': { engines: { node: 'twelve' }, dependencies } });
    assert.deepEqual(await trial.told(), [
      'warning: The engines in package.json name "twelve" for node, which is no version range: write one such as ">=12".',
    ]);
  });

  it('warns of an SDK that nobody knows yet', async () => {
    const sdk = async (range: string) => {
      await trial.put({ 'package.json': { dependencies: { 'kinvey-flex-sdk': range } } });
      return trial.told();
    };

    assert.deepEqual(await sdk('^5.1.0'), [
      'warning: package.json asks for kinvey-flex-sdk ^5.1.0, and only versions 1 to 4 are known to work here.',
    ]);
    for (const known of ['1.2.0', '~2.1.0', '^3.0.0', '^4.1.0', '*', 'latest', 'github:a/b']) {
      assert.deepEqual(await sdk(known), []);
    }
  });

  it('says what is too large to be checked, where it may run, and knows no handlers then', async () => {
    const filled = (text: string) => text.padEnd(1024 * 1024 + 1);
    await trial.put({
      'index.js': `const sdk = require('kinvey-flex-sdk'); require('./big'); require('./big.json');
        sdk.service((_, flex) => flex.functions.register('price', () => {}));`,
      'big.js': filled('x = {{{'),
      'big.json': filled('{'),
      'unused.json': filled('{'),
      'test/big.js': filled('x = {{{'),
    });
    const { findings, handlers, certain } = await trial.check();

    assert.deepEqual(
      findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
      [
        'warning sourceUnchecked: big.json is larger than 1 MiB, so it was not checked: whether Node.js can read it.',
        'warning sourceUnchecked: big.js is larger than 1 MiB, so it was not checked: whether Node.js can read it, and what it loads.',
      ],
    );
    assert.deepEqual([handlers, certain?.functions], [undefined, ['price']]);
  });

  it('stops when it is told to, and outlives files that are gone or nested absurdly', async () => {
    await trial.put({ 'index.js': `require('./gone')`, 'deep.js': `a${'+a'.repeat(60_000)};` });
    const plan = await planBundle(trial.folder);

    await assert.rejects(checkSources(plan, { signal: AbortSignal.abort() }), (error) =>
      isAppError(error, 'cancelled'),
    );
    assert.equal((await checkSources(plan)).findings.length, 1);
    trial.end();
    const nothing = { findings: [], usedVariables: [], handlers: undefined, certain: undefined };
    assert.deepEqual(await checkSources(plan), nothing);
  });
});
