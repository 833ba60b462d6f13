import assert from 'node:assert/strict';
import { dependencies, SourceTrial } from './sourceTrial';

describe('checkSources: packages', () => {
  let trial: SourceTrial;

  beforeEach(async () => {
    trial = await SourceTrial.start();
  });
  afterEach(() => trial.end());

  it('tells those that will not be installed, once each, with what mends it', async () => {
    await trial.put({
      'package.json': { dependencies, devDependencies: { dotenv: '1.0.0' } },
      'index.js': `'use strict';\nif (x) { require('lodash'); }\nrequire('./a');\nrequire('dotenv/config');`,
      'a.js': `require('lodash/fp'); require('@scope/b/c'); import('lodash');`,
    });

    assert.deepEqual(await trial.told(), [
      'error: a.js, line 1, requires "lodash/fp", which is not in the dependencies of package.json: run npm install lodash.',
      'error: a.js, line 1, requires "@scope/b/c", which is not in the dependencies of package.json: run npm install @scope/b.',
      'error: index.js, line 4, requires "dotenv/config", which is only in devDependencies, which are not installed in the cloud: move it to the dependencies.',
    ]);
    assert.deepEqual(
      (await trial.check()).findings.map(({ fix }) => fix),
      [
        { kind: 'addDependency', name: 'lodash' },
        { kind: 'addDependency', name: '@scope/b' },
        { kind: 'moveDependency', name: 'dotenv' },
      ],
    );
  });

  it('leaves alone what is caught, and only warns of what may never run', async () => {
    await trial.put({
      'index.js': `
        try { require('a'); } catch {}
        import('b').catch(() => undefined); import('b').then(done, failed);
        try { const f = () => { require('c'); }; } catch {}
        const d = ready && require('d');
        const e = ready ? require('e') : undefined;
        sdk.service(() => require('f'));`,
    });

    assert.deepEqual(
      (await trial.check()).findings.map(({ severity, line, fix }) => [severity, line, fix?.name]),
      [
        ['error', 7, 'f'],
        ['warning', 4, 'c'],
        ['warning', 5, 'd'],
        ['warning', 6, 'e'],
      ],
    );
  });

  const surely = [
    `(() => { require('a'); })();`,
    `(function () { require('a'); }.call(this));`,
    `sdk.service((err, flex) => { if (err) { return; } require('a')(flex); });`,
    `for (const one of require('a')) call(one);`,
    `do { require('a'); } while (x);`,
    `class A { static a = require('a'); }`,
    `import('a').then(done);`,
    `if (require('a')) call();`,
  ];
  for (const index of surely) {
    it(`knows that the service does not start without it: ${index}`, async () => {
      await trial.put({ 'index.js': index });
      assert.match((await trial.told()).join('\n'), /^error: index.js, line 1, /);
    });
  }

  const maybe = [
    `function tool() { return require('a'); }`,
    `module.exports = { tool: () => require('a') };`,
    `names.forEach(() => { require('a'); });`,
    `sdk.service((err, flex) => { flex.functions.register('b', () => require('a')); });`,
    `sdk.service((err, flex) => { if (!process.env.A) { return; } require('a')(flex); });`,
    `for (const one of names) { require('a'); }`,
    `while (names.pop()) require('a');`,
    `(function* () { require('a'); })();`,
    `class A { a = require('a'); }`,
    `const { b = require('a') } = c;`,
  ];
  for (const index of maybe) {
    it(`only warns where nobody knows whether it runs at the start: ${index}`, async () => {
      await trial.put({ 'index.js': index });
      assert.match((await trial.told()).join('\n'), /^warning: index.js, line 1, /);
    });
  }

  it("tells what of Node.js the environment's does not have yet, once each", async () => {
    const since = (line: string, needs: number, runs: number, advice = '') =>
      `error: index.js, line 1, ${line}, which needs Node.js ${needs}, and the service environment runs Node.js ${runs}${advice}.`;
    await trial.put({
      'index.js': `require('node:fs'); require('fs/promises'); require('fs'); require('./lib');`,
      'lib.js': `require('node:fs'); require('fs/promises');`,
    });
    assert.deepEqual(await trial.told('flex-runtime-node12'), [
      since('requires "node:fs"', 14, 12, ': write "fs"'),
      since('requires "fs/promises"', 14, 12),
    ]);
    assert.deepEqual(await trial.told('flex-runtime-node14'), []);
    assert.deepEqual(await trial.told(), []);

    await trial.put({ 'index.js': `require('node:timers/promises');`, 'lib.js': '' });
    assert.deepEqual(await trial.told('flex-runtime-node14'), [
      since('requires "node:timers/promises"', 16, 14),
    ]);
    await trial.put({ 'index.js': `import fs from 'node:fs';` });
    await trial.put({ 'package.json': { type: 'module', dependencies } });
    assert.deepEqual(await trial.told('flex-runtime-node12'), []);
  });

  it('leaves parts of Node.js alone that are caught, are packages, or may never be needed', async () => {
    await trial.put({
      'package.json': { dependencies: { ...dependencies, worker_threads: '1.0.0', test: '1.0.0' } },
      'index.js': `try { require('http2'); } catch {}
        require('worker_threads'); require('test'); if (x) require('perf_hooks');`,
    });

    assert.deepEqual(await trial.told('flex-runtime-node6'), [
      'error: index.js, line 1: catch without a name needs Node.js 10, and the service environment runs Node.js 6.',
      'warning: index.js, line 2, requires "perf_hooks", which needs Node.js 8, and the service environment runs Node.js 6.',
    ]);
  });

  it('tells dependencies that lie on this machine only', async () => {
    await trial.put({
      '.kinveyignore': 'vendor/b\n*.tgz\n',
      'index.js': '',
      'vendor/a/package.json': {},
      'vendor/b/package.json': {},
      'vendor/c/index.js': '',
      'd.tgz': 'x',
      'package.json': {
        dependencies: {
          ...dependencies,
          a: 'file:vendor/a',
          b: 'file:vendor/b',
          c: './vendor/c/',
          d: 'file:d.tgz',
          e: 'file:../e',
          f: '/home/orders/f',
          g: 'workspace:*',
          h: '~1.2.3',
          i: 'file:.',
          j: 'github:a/b',
          k: 'https://company.com/k.tgz',
        },
        optionalDependencies: { l: 'file:../l', m: 'link:../m' },
        devDependencies: { n: 'file:../n', o: 'workspace:^' },
      },
    });

    const asks = (name: string, range: string) => `package.json asks for ${name} as "${range}",`;
    const foreign = 'which npm cannot install: name a version, or a path inside the folder.';
    assert.deepEqual(await trial.told(), [
      `error: ${asks('b', 'file:vendor/b')} which is not deployed (vendor/b (.kinveyignore:1)).`,
      `error: ${asks('c', './vendor/c/')} and there is no such package in the folder.`,
      `error: ${asks('d', 'file:d.tgz')} which is not deployed (*.tgz (.kinveyignore:2)).`,
      `error: ${asks('e', 'file:../e')} which is outside of the folder and not deployed.`,
      `error: ${asks('f', '/home/orders/f')} which is outside of the folder and not deployed.`,
      `error: ${asks('g', 'workspace:*')} ${foreign}`,
      `warning: ${asks('m', 'link:../m')} ${foreign}`,
      `warning: ${asks('o', 'workspace:^')} ${foreign}`,
    ]);
  });

  it('only warns where another package brings it along', async () => {
    await trial.put({
      'index.js': `require('lodash'); require('mocha'); require('async');`,
      'package.json': { dependencies, devDependencies: { mocha: '1.0.0', async: '1.0.0' } },
      'package-lock.json': {
        packages: {
          'node_modules/lodash': {},
          'node_modules/mocha': { dev: true },
          'node_modules/async': {},
        },
      },
    });

    assert.deepEqual(await trial.told(), [
      'error: index.js, line 1, requires "mocha", which is only in devDependencies, which are not installed in the cloud: move it to the dependencies.',
      'warning: index.js, line 1, requires "lodash", which is installed only because another package needs it: add it to the dependencies of package.json.',
      'warning: index.js, line 1, requires "async", which is only in devDependencies and is installed in the cloud only because another package needs it: move it to the dependencies.',
    ]);
  });

  it('asks an older lock file, else what is installed here', async () => {
    const codes = async () => (await trial.check()).findings.map(({ code }) => code);
    await trial.put({ 'index.js': `require('lodash'); require('async');` });
    await trial.put({ 'node_modules/lodash/package.json': {} });
    assert.deepEqual(await codes(), ['packageMissing', 'packageTransitive']);

    await trial.put({
      'package-lock.json': { dependencies: { async: {}, lodash: { dev: true } } },
    });
    assert.deepEqual(await codes(), ['packageMissing', 'packageTransitive']);
  });

  it('takes a package that is sent along for installed', async () => {
    await trial.put({
      'index.js': `require('./own/a');`,
      'own/a.js': `require('helper');`,
      'own/node_modules/helper/index.js': 'syntax error',
    });

    assert.deepEqual(await trial.told(undefined, true), []);
    assert.equal((await trial.told()).length, 1);
  });

  it('knows nothing of packages where package.json cannot be read, which others tell', async () => {
    await trial.put({ 'package.json': '{', 'index.js': `require('lodash');` });

    assert.deepEqual(await trial.told(), []);
  });
});
