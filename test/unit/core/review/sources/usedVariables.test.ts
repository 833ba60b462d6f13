import assert from 'node:assert/strict';
import { SourceTrial } from './sourceTrial';

describe('checkSources: variables', () => {
  let trial: SourceTrial;

  beforeEach(async () => {
    trial = await SourceTrial.start();
  });
  afterEach(() => trial.end());

  const variables = async (text: string) => {
    await trial.put({ 'index.js': text });
    return (await trial.check()).usedVariables.map(
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
    await trial.put({ 'a.mjs': `import { env as e } from 'node:process'; call(e.A);` });
    await trial.put({ 'tools.js': `call(process.env.B);` });

    assert.deepEqual(await variables(`import('./a.mjs');`), ['A:1']);
  });
});
