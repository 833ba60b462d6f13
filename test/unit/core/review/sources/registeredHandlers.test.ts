import assert from 'node:assert/strict';
import { SourceTrial } from './sourceTrial';

describe('checkSources: handlers', () => {
  let trial: SourceTrial;

  beforeEach(async () => {
    trial = await SourceTrial.start();
  });
  afterEach(() => trial.end());

  const sdk = "const sdk = require('kinvey-flex-sdk');";
  const handlersOf = async (index: string, others: Record<string, string> = {}) => {
    await trial.put({ 'index.js': `${sdk} sdk.service((err, flex) => { ${index} });`, ...others });
    return (await trial.check()).handlers;
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

  it('knows those of scripts that a function loads, which is there to be called', async () => {
    const handlers = await handlersOf(`require('./all')(flex);`, {
      'all.js': `module.exports = (flex) => { require('./auth')(flex); };`,
      'auth.js': `module.exports = ({ auth }) => auth.register('sso', () => {});`,
    });

    assert.deepEqual(handlers?.auth, ['sso']);
  });

  const certainOf = async (callback: string) => {
    await trial.put({ 'index.js': `${sdk} sdk.service(${callback});` });
    return (await trial.check()).certain;
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
