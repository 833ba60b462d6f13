import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAppError } from '../../../../../src/core/base/errors';
import { planBundle } from '../../../../../src/core/project/bundlePlan';
import { checkSources } from '../../../../../src/core/review/sources/sourceChecks';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';

const dependencies = { 'kinvey-flex-sdk': '^3.0.0' };

describe('checkSources', () => {
  let folder = '';

  const put = async (files: Record<string, string | object>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      await writeFile(path.join(folder, name), text);
    }
  };
  const check = async (runtime?: string, asCli = false) =>
    checkSources(await planBundle(folder, { asCli }), { runtime });
  const told = async (runtime?: string, asCli?: boolean) =>
    (await check(runtime, asCli)).findings.map(
      ({ severity, message }) => `${severity}: ${message}`,
    );

  beforeEach(async () => {
    folder = createScratchFolder('sources');
    await put({ 'package.json': { name: 'orders', dependencies } });
  });
  afterEach(() => removeScratchFolder(folder));

  it('has nothing to say about a sound service', async () => {
    await put({
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

    assert.deepEqual(await told('flex-runtime-node12'), []);
  });

  describe('syntax', () => {
    it('tells file, line and reason, as an error only where it keeps the service from starting', async () => {
      await put({
        'index.js': `require('./lib/a');\nif (x) require('./lib/b');`,
        'lib/a.js': `const a = {\n  b: 1;\n};`,
        'lib/b.js': `const a = 1;\nconst a = 2;`,
        'lib/never.js': `function () {`,
      });

      assert.deepEqual(await told(), [
        'error: lib/a.js, line 2: Unexpected token ";".',
        `warning: lib/b.js, line 2: Identifier 'a' has already been declared.`,
        'warning: lib/never.js, line 1: Unexpected token "(".',
      ]);
      const [first] = (await check()).findings;
      assert.equal(first?.file, path.join(folder, 'lib/a.js'));
      assert.equal(first.line, 2);
    });

    it("tells what the environment's Node.js is too old for", async () => {
      const newer = {
        'a\n  ?.b;': [2, 'a?.b', 12, 14],
        'a?.() ?? 1;': [1, 'a?.b', 12, 14],
        'a ||= 1;': [1, 'a ||= b', 14, 16],
        'class A { #p; static {} }': [1, 'static { … } in a class', 14, 16],
        'class A { #p() {} }': [1, 'private methods', 12, 14],
        '/a/d; 1n;': [1, 'the flag d of a regular expression', 14, 16],
        '1;\n1_000n;': [2, 'numbers such as 1_000', 10, 12],
        'try {} catch {}': [1, 'catch without a name', 8, 10],
      };
      for (const [text, [line, what, old, since]] of Object.entries(newer)) {
        await put({ 'index.js': text });
        assert.deepEqual(await told(`flex-runtime-node${old}`), [
          `error: index.js, line ${line}: ${what} needs Node.js ${since}, and the service environment runs Node.js ${old}.`,
        ]);
        assert.deepEqual(await told(`flex-runtime-node${since}`), []);
      }
      assert.deepEqual(await told(), []);
    });

    it('reads the JSON that scripts load by name', async () => {
      await put({
        'index.js': `require('./a.json'); require('./b'); if (x) require('./c'); require('./d');
          try { require('./e.json') } catch (error) {}`,
        'a.json': '{\n  "a": 1\n  "b": 2 }',
        'b.json': '\uFEFF{"a": 1}',
        'c.json': '// nothing\n{}',
        'd.json': '',
        'e.json': '{',
        'never.json': '{',
      });

      assert.deepEqual(await told(), [
        'error: a.json, line 3: Comma expected, so it is no JSON.',
        'error: d.json, line 1: Value expected, so it is no JSON.',
        'warning: c.json, line 1: Invalid comment token, so it is no JSON.',
      ]);
    });

    it('tells a text that ends too early', async () => {
      await put({ 'index.js': `start(() => {\n` });

      assert.deepEqual(await told(), ['error: index.js, line 2: Unexpected token at the end.']);
    });

    it('reads a script as the module that its package says it is', async () => {
      await put({
        'package.json': { type: 'module', dependencies },
        'index.js': `import './a.js'; import './old/b.js'; await 1;`,
        'a.js': 'with ({}) {}',
        'old/package.json': { type: 'commonjs' },
        'old/b.js': `export const a = 1;`,
      });

      assert.deepEqual(await told(), [
        `error: a.js, line 1: 'with' in strict mode.`,
        'error: old/b.js, line 1: import and export need "type": "module" in package.json.',
      ]);
    });

    it('tells import in a script that older versions of Node.js take for no module', async () => {
      await put({ 'index.js': `const a = 1;\nimport './a.js';`, 'a.js': '' });

      assert.deepEqual(await told('flex-runtime-node12'), [
        'error: index.js, line 2, uses import or export, which Node.js 12 reads only with "type": "module" in package.json.',
      ]);
      assert.deepEqual(await told(), [
        'warning: index.js, line 2, uses import or export, which Node.js before 20 reads only with "type": "module" in package.json.',
      ]);
      assert.deepEqual(await told('flex-runtime-node22'), []);
    });
  });

  describe('packages', () => {
    it('tells those that will not be installed, once each, with what mends it', async () => {
      await put({
        'package.json': { dependencies, devDependencies: { dotenv: '1.0.0' } },
        'index.js': `'use strict';\nif (x) { require('lodash'); }\nrequire('./a');\nrequire('dotenv/config');`,
        'a.js': `require('lodash/fp'); require('@scope/b/c'); import('lodash');`,
      });

      assert.deepEqual(await told(), [
        'error: a.js, line 1, requires "lodash/fp", which is not in the dependencies of package.json: run npm install lodash.',
        'error: a.js, line 1, requires "@scope/b/c", which is not in the dependencies of package.json: run npm install @scope/b.',
        'error: index.js, line 4, requires "dotenv/config", which is only in devDependencies, which are not installed in the cloud: move it to the dependencies.',
      ]);
      assert.deepEqual(
        (await check()).findings.map(({ fix }) => fix),
        [
          { kind: 'addDependency', name: 'lodash' },
          { kind: 'addDependency', name: '@scope/b' },
          { kind: 'moveDependency', name: 'dotenv' },
        ],
      );
    });

    it('leaves alone what is caught, and only warns of what may never run', async () => {
      await put({
        'index.js': `
          try { require('a'); } catch {}
          import('b').catch(() => undefined);
          try { const f = () => { require('c'); }; } catch {}
          const d = ready && require('d');
          const e = ready ? require('e') : undefined;
          sdk.service(() => require('f'));`,
      });

      assert.deepEqual(
        (await check()).findings.map(({ severity, line, fix }) => [severity, line, fix?.name]),
        [
          ['error', 7, 'f'],
          ['warning', 4, 'c'],
          ['warning', 5, 'd'],
          ['warning', 6, 'e'],
        ],
      );
    });

    it('only warns where another package brings it along', async () => {
      await put({
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

      assert.deepEqual(await told(), [
        'error: index.js, line 1, requires "mocha", which is only in devDependencies, which are not installed in the cloud: move it to the dependencies.',
        'warning: index.js, line 1, requires "lodash", which is installed only because another package needs it: add it to the dependencies of package.json.',
        'warning: index.js, line 1, requires "async", which is only in devDependencies and is installed in the cloud only because another package needs it: move it to the dependencies.',
      ]);
    });

    it('asks an older lock file, else what is installed here', async () => {
      const codes = async () => (await check()).findings.map(({ code }) => code);
      await put({ 'index.js': `require('lodash'); require('async');` });
      await put({ 'node_modules/lodash/package.json': {} });
      assert.deepEqual(await codes(), ['packageMissing', 'packageTransitive']);

      await put({ 'package-lock.json': { dependencies: { async: {}, lodash: { dev: true } } } });
      assert.deepEqual(await codes(), ['packageMissing', 'packageTransitive']);
    });

    it('takes a package that is sent along for installed', async () => {
      await put({
        'index.js': `require('./own/a');`,
        'own/a.js': `require('helper');`,
        'own/node_modules/helper/index.js': 'syntax error',
      });

      assert.deepEqual(await told(undefined, true), []);
      assert.equal((await told()).length, 1);
    });

    it('knows nothing of packages where package.json cannot be read, which others tell', async () => {
      await put({ 'package.json': '{', 'index.js': `require('lodash');` });

      assert.deepEqual(await told(), []);
    });
  });

  describe('files', () => {
    it('tells those that will not be there, and why', async () => {
      await put({
        '.kinveyignore': 'config/\nlocal.js\n',
        'index.js': `require('./config/db');\nrequire('./local');\nrequire('./Orders');\nrequire('./gone');\nrequire('../shared');\nimport('./orders');`,
        'config/db.json': '{}',
        'local.js': '',
        'orders.js': '',
      });

      assert.deepEqual(await told(), [
        'error: index.js, line 1, requires "./config/db", which is not deployed (config/ (.kinveyignore:1)).',
        'error: index.js, line 2, requires "./local", which is not deployed (local.js (.kinveyignore:2)).',
        'error: index.js, line 3, requires "./Orders", but the file is orders.js: upper and lower case count in the cloud.',
        'error: index.js, line 4, requires "./gone", and there is no such file.',
        'error: index.js, line 5, requires "../shared", which is outside of the folder and not deployed.',
        'error: index.js, line 6, imports "./orders", but an import must name the whole file: orders.js.',
      ]);
    });

    it('reads a file that none names only where some are loaded by names that are made up', async () => {
      await put({
        'index.js': `require('./a');`,
        'a.js': '',
        'handlers/orders.js': `require('lodash');`,
        'public/app.js': `import 'vue';`,
        'test/orders.js': `require('mocha');`,
        'lib/a.test.js': `require('mocha');`,
        'eslint.config.js': `require('eslint');`,
      });
      assert.deepEqual(await told(), []);

      await put({ 'a.js': `for (const name of names) require('./handlers/' + name);` });
      assert.deepEqual(
        (await check()).findings.map(({ severity, code, file }) => [
          severity,
          code,
          path.relative(folder, file ?? ''),
        ]),
        [
          ['warning', 'moduleSyntax', 'public/app.js'],
          ['warning', 'packageMissing', 'handlers/orders.js'],
          ['warning', 'packageMissing', 'public/app.js'],
        ],
      );
    });

    it('begins where node begins: at the main file of package.json', async () => {
      await put({
        'package.json': { main: 'lib/server', dependencies },
        'index.js': `require('never');`,
        'lib/server.js': `require('lodash');`,
      });

      assert.deepEqual(await told(), [
        'error: lib/server.js, line 1, requires "lodash", which is not in the dependencies of package.json: run npm install lodash.',
      ]);
    });

    it('leaves the modules of a script alone that was bundled', async () => {
      await put({
        'index.js': `({1: [function (require, module, exports) { require('./inside'); require('jquery'); }]});`,
      });

      assert.deepEqual(await told(), []);
    });
  });

  describe('variables', () => {
    const variables = async (text: string) => {
      await put({ 'index.js': text });
      return (await check()).usedVariables.map(
        ({ name, line, hasFallback }) => `${name}:${line}${hasFallback ? '?' : ''}`,
      );
    };

    it('finds them however they are asked for', async () => {
      const text = `const { A, B: b, 'C': c = 1, ...rest } = process.env;
        call(process.env.D, process['env']['E'], process.env[\`F\`], process.env?.G);
        let h; ({ H: h } = process.env);
        const env = process.env, { env: other } = process;
        call(env.I, other.J);
        call(process.env[name], { env: 1 }.env, rest.K, environment.L);`;

      const names = ['A:1', 'B:1', 'C:1?', 'D:2', 'E:2', 'F:2', 'G:2', 'H:3', 'I:5', 'J:5'];
      assert.deepEqual(await variables(text), names);
    });

    it('tells which are optional wherever they are used, and leaves out what is set or given', async () => {
      const text = `const a = process.env.A || 1, b = process.env.B ?? process.env.C;
        if (process.env.D) {}
        if (!process.env.E) {}
        if (process.env.F === 'on') {}
        const g = process.env.G ? 1 : 2, h = process.env.H && use(process.env.H);
        process.env.I = 'x'; call(process.env.I); delete process.env.J;
        call(process.env.NODE_ENV, process.env.PATH);`;

      const names = ['A:1?', 'B:1?', 'C:1', 'D:2?', 'E:3?', 'F:4?', 'G:5?', 'H:5'];
      assert.deepEqual(await variables(text), names);
    });

    it('knows them in a module, and only those of scripts that run', async () => {
      await put({ 'a.mjs': `import { env as e } from 'node:process'; call(e.A);` });
      await put({ 'tools.js': `call(process.env.B);` });

      assert.deepEqual(await variables(`import('./a.mjs');`), ['A:1']);
    });
  });

  describe('handlers', () => {
    const sdk = "const sdk = require('kinvey-flex-sdk');";
    const handlersOf = async (index: string, others: Record<string, string> = {}) => {
      await put({ 'index.js': `${sdk} sdk.service((err, flex) => { ${index} });`, ...others });
      return (await check()).handlers;
    };

    it('knows those that stand in the scripts', async () => {
      const handlers = await handlersOf(
        `if (err) throw err;
        flex.functions.register('price', done); require('./auth')(flex);
        flex.data.serviceObject('orders').onGetAll(all).onInsert(one); flex.businessLogic.register(\`old\`, done);`,
        {
          'auth.js': `module.exports = ({ auth }) => auth.register('sso', () => {});`,
          'test/a.js': `flex.functions.register('other');`,
        },
      );

      assert.deepEqual(handlers, {
        dataObjects: ['orders'],
        functions: ['price', 'old'],
        auth: ['sso'],
      });
    });

    const certainOf = async (callback: string) => {
      await put({ 'index.js': `${sdk} sdk.service(${callback});` });
      return (await check()).certain;
    };

    it('knows which of them are there whenever the service comes up', async () => {
      const certain = await certainOf(
        `(err, flex) => {
          if (err) { console.log(err); return; }
          const both = (one) => { return one; };
          { flex.functions.register('price', (context, complete) => { return complete(); }); }
          flex.data.serviceObject('orders').onGetAll(both);
          if (process.env.SSO) flex.auth.register('sso', both);
        }`,
      );

      assert.deepEqual(certain, { dataObjects: ['orders'], functions: ['price'], auth: [] });
    });

    const register = `flex.functions.register('price', done)`;
    for (const callback of [
      `(err, flex) => { if (!process.env.PRICE) return; ${register}; }`,
      `(err, flex) => { if (!process.env.PRICE) { call(); } else { ${register}; } }`,
      `(err, flex) => { for (const one of names) ${register}; }`,
      `(err, flex) => { names.forEach(() => ${register}); }`,
      `(err, flex) => { process.env.PRICE && ${register}; }`,
      `(err, flex) => { try { call(); ${register}; } catch {} }`,
      `(err, flex) => { flex?.functions.register('price', done); }`,
      `(err, flex) => { function add() { ${register}; } }`,
      `(err, other) => { ${register}; }`,
      `async (err, flex) => { await call(); ${register}; }`,
    ]) {
      it(`expects no handler of ${callback}`, async () => {
        assert.equal(await certainOf(callback), undefined);
      });
    }

    const unsure = [
      `for (const name of names) flex.functions.register(name, done);`,
      `const { register } = flex.functions; register('price', done);`,
      `flex.auth.register('sso', done); const add = flex.functions.register; add('price', done);`,
      `if (process.env.SSO) flex.auth.register('sso', done);`,
      `flex.auth.register('sso', done); require('fs').readdirSync('.').map((one) => require(one));`,
      `take(flex);`,
    ];
    for (const index of unsure) {
      it(`leaves it open where only running it tells: ${index}`, async () => {
        const others = { 'lib/more.js': `(flex) => flex.functions.register('more', done);` };
        assert.equal(await handlersOf(index, others), undefined);
      });
    }
  });

  it('compares engines with the Node.js of the environment', async () => {
    await put({ 'package.json': { engines: { node: '>=14 <20' }, dependencies } });

    assert.deepEqual(await told('flex-runtime-node12'), [
      'warning: The engines in package.json ask for Node.js >=14 <20, but the service environment runs Node.js 12: change its runtime or the engines.',
    ]);
    for (const fitting of ['flex-runtime-node18', 'another-runtime', undefined]) {
      assert.deepEqual(await told(fitting), []);
    }
    await put({ 'package.json': { engines: { node: 'twelve' }, dependencies } });
    assert.deepEqual(await told(), [
      'warning: The engines in package.json name "twelve" for node, which is no version range: write one such as ">=12".',
    ]);
  });

  it('warns of an SDK that nobody knows yet', async () => {
    const sdk = async (range: string) => {
      await put({ 'package.json': { dependencies: { 'kinvey-flex-sdk': range } } });
      return told();
    };

    assert.deepEqual(await sdk('^5.1.0'), [
      'warning: package.json asks for kinvey-flex-sdk ^5.1.0, and only versions 1 to 4 are known to work here.',
    ]);
    for (const known of ['1.2.0', '~2.1.0', '^3.0.0', '^4.1.0', '*', 'latest', 'github:a/b']) {
      assert.deepEqual(await sdk(known), []);
    }
  });

  it('stops when it is told to, and outlives files that are gone or nested absurdly', async () => {
    await put({ 'index.js': `require('./gone')`, 'deep.js': `a${'+a'.repeat(60_000)};` });
    const plan = await planBundle(folder);

    await assert.rejects(checkSources(plan, { signal: AbortSignal.abort() }), (error) =>
      isAppError(error, 'cancelled'),
    );
    assert.equal((await checkSources(plan)).findings.length, 1);
    removeScratchFolder(folder);
    const nothing = { findings: [], usedVariables: [], handlers: undefined, certain: undefined };
    assert.deepEqual(await checkSources(plan), nothing);
  });
});
