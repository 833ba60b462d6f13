import assert from 'node:assert/strict';
import path from 'node:path';
import { dependencies, SourceTrial } from './sourceTrial';

describe('checkSources: files', () => {
  let trial: SourceTrial;

  beforeEach(async () => {
    trial = await SourceTrial.start();
  });
  afterEach(() => trial.end());

  it('tells those that will not be there, and why', async () => {
    await trial.put({
      '.kinveyignore': 'config/\nlocal.js\n',
      'index.js': `require('./config/db');\nrequire('./local');\nrequire('./Orders');\nrequire('./gone');\nrequire('../shared');\nimport('./orders');`,
      'config/db.json': '{}',
      'local.js': '',
      'orders.js': '',
    });

    assert.deepEqual(await trial.told(), [
      'error: index.js, line 1, requires "./config/db", which is not deployed (config/ (.kinveyignore:1)).',
      'error: index.js, line 2, requires "./local", which is not deployed (local.js (.kinveyignore:2)).',
      'error: index.js, line 3, requires "./Orders", but the file is orders.js: upper and lower case count in the cloud.',
      'error: index.js, line 4, requires "./gone", and there is no such file.',
      'error: index.js, line 5, requires "../shared", which is outside of the folder and not deployed.',
      'error: index.js, line 6, imports "./orders", but an import must name the whole file: orders.js.',
    ]);
  });

  it('reads a file that none names only where some are loaded by names that are made up', async () => {
    await trial.put({
      'index.js': `require('./a');`,
      'a.js': '',
      'handlers/orders.js': `require('lodash');`,
      'public/app.js': `import 'vue';`,
      'test/orders.js': `require('mocha');`,
      'lib/a.test.js': `require('mocha');`,
      'eslint.config.js': `require('eslint');`,
    });
    assert.deepEqual(await trial.told(), []);

    await trial.put({ 'a.js': `for (const name of names) require('./handlers/' + name);` });
    assert.deepEqual(
      (await trial.check()).findings.map(({ severity, code, file }) => [
        severity,
        code,
        path.relative(trial.folder, file ?? ''),
      ]),
      [
        ['warning', 'moduleSyntax', 'public/app.js'],
        ['warning', 'packageMissing', 'handlers/orders.js'],
        ['warning', 'packageMissing', 'public/app.js'],
      ],
    );
  });

  it('begins where node begins: at the main file of package.json', async () => {
    await trial.put({
      'package.json': { main: 'lib/server', dependencies },
      'index.js': `require('never');`,
      'lib/server.js': `require('lodash');`,
    });

    assert.deepEqual(await trial.told(), [
      'error: lib/server.js, line 1, requires "lodash", which is not in the dependencies of package.json: run npm install lodash.',
    ]);
  });

  it('leaves the modules of a script alone that was bundled', async () => {
    await trial.put({
      'index.js': `({1: [function (require, module, exports) { require('./inside'); require('jquery'); }]});`,
    });

    assert.deepEqual(await trial.told(), []);
  });
});
