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
