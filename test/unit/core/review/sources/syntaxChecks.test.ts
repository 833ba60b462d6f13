import assert from 'node:assert/strict';
import path from 'node:path';
import { dependencies, SourceTrial } from './sourceTrial';

describe('checkSources: syntax', () => {
  let trial: SourceTrial;

  beforeEach(async () => {
    trial = await SourceTrial.start();
  });
  afterEach(() => trial.end());

  it('tells file, line and reason, as an error only where it keeps the service from starting', async () => {
    await trial.put({
      'index.js': `require('./lib/a');\nif (x) require('./lib/b');`,
      'lib/a.js': `const a = {\n  b: 1;\n};`,
      'lib/b.js': `const a = 1;\nconst a = 2;`,
      'lib/never.js': `function () {`,
    });

    assert.deepEqual(await trial.told(), [
      'error: lib/a.js, line 2: Unexpected token ";".',
      `warning: lib/b.js, line 2: Identifier 'a' has already been declared.`,
      'warning: lib/never.js, line 1: Unexpected token "(".',
    ]);
    const [first] = (await trial.check()).findings;
    assert.equal(first?.file, path.join(trial.folder, 'lib/a.js'));
    assert.equal(first.line, 2);
  });

  it("tells what the environment's Node.js is too old for", async () => {
    const newer = {
      'a\n  ?.b;': [2, 'a?.b', 12, 14],
      'a?.() ?? 1;': [1, 'a?.b', 12, 14],
      'a ||= 1;': [1, 'a ||= b', 14, 16],
      'class A { #p; static {} }': [1, 'static { … } in a class', 14, 16],
      'class A { #p() {} }': [1, 'a private method', 12, 14],
      '/a/d; 1n;': [1, 'the flag d of a regular expression', 14, 16],
      '1;\n1_000n;': [2, 'a number such as 1_000', 10, 12],
      'x;\nx ** 2;': [2, 'a ** b', 6, 8],
      'x **= 2;': [1, 'a **= b', 6, 8],
      'call(a,\n  b, // the last, of two\n);': [2, 'a comma after the last argument', 6, 8],
      'const f = (a, b,) => (a, b);': [1, 'a comma after the last argument', 6, 8],
      '/(?<year>\\d+)/;': [1, '(?<name>…) in a regular expression', 8, 10],
      '/\\p{L}/u;': [1, '\\p{…} in a regular expression', 8, 10],
      '/(?<=a)[(?<b>]/;': [1, '(?<=…) in a regular expression', 6, 8],
      '/a.b/s;': [1, 'the flag s of a regular expression', 6, 8],
      'try {} catch {}': [1, 'catch without a name', 8, 10],
    };
    for (const [text, [line, what, old, since]] of Object.entries(newer)) {
      await trial.put({ 'index.js': text });
      assert.deepEqual(await trial.told(`flex-runtime-node${old}`), [
        `error: index.js, line ${line}: ${what} needs Node.js ${since}, and the service environment runs Node.js ${old}.`,
      ]);
      assert.deepEqual(await trial.told(`flex-runtime-node${since}`), []);
    }
    assert.deepEqual(await trial.told(), []);
  });

  it('knows what an old Node.js reads all the same', async () => {
    await trial.put({
      'index.js': `/** ** */ call(a /* b, */, (b, c)); new A(f((a))); g([a,], { b, }, /\\(?<a/, /[(?<a>]/, /\\p{L}/, /(\\s?<br>)([ ]?<b>)/);
        function h(a, { b, }) { return 'x ** y, )'; }`,
    });

    assert.deepEqual(await trial.told('flex-runtime-node6'), []);
  });

  it('only warns of the pattern of a regular expression in a function, which is read when it runs', async () => {
    const reason = '(?<name>…) in a regular expression needs Node.js 10';
    const runs = 'and the service environment runs Node.js 8';
    const find = 'const find = () => {\n  return /(?<a>b)/;\n};';
    await trial.put({ 'index.js': find });
    assert.deepEqual(await trial.told('flex-runtime-node8'), [
      `warning: index.js, line 2: ${reason}, ${runs}.`,
    ]);

    await trial.put({ 'index.js': `${find}\nmatch(/(?<c>d)/);` });
    assert.deepEqual(await trial.told('flex-runtime-node8'), [
      `error: index.js, line 4: ${reason}, ${runs}.`,
    ]);
  });

  it("tells what the environment's Node.js does not read in a module yet", async () => {
    await trial.put({
      'package.json': { type: 'module', dependencies },
      'index.js': `import './a.js';\nconst f = async () => { await 1; };\nawait f();`,
      'a.js': `import data from './data.json' with { type: 'json' };`,
      'data.json': '{}',
    });
    const told = async (major: number) => {
      const findings = await trial.told(`flex-runtime-node${major}`);
      return findings.map((one) => one.replace(/ and the .*/, ''));
    };

    assert.deepEqual(await told(12), [
      'error: a.js, line 1: import … with { … } needs Node.js 18,',
      'error: index.js, line 3: await outside of functions needs Node.js 14,',
    ]);
    assert.deepEqual(await told(16), [
      'error: a.js, line 1: import … with { … } needs Node.js 18,',
    ]);
    assert.deepEqual(await told(18), []);
  });

  it('reads the JSON that scripts load by name', async () => {
    await trial.put({
      'index.js': `require('./a.json'); require('./b'); if (x) require('./c'); require('./d');
        try { require('./e.json') } catch (error) {}`,
      'a.json': '{\n  "a": 1\n  "b": 2 }',
      'b.json': '\uFEFF{"a": 1}',
      'c.json': '// nothing\n{}',
      'd.json': '',
      'e.json': '{',
      'never.json': '{',
    });

    assert.deepEqual(await trial.told(), [
      'error: a.json, line 3: Comma expected, so it is no JSON.',
      'error: d.json, line 1: Value expected, so it is no JSON.',
      'warning: c.json, line 1: Invalid comment token, so it is no JSON.',
    ]);
  });

  it('tells a text that ends too early', async () => {
    await trial.put({ 'index.js': `start(() => {\n` });

    assert.deepEqual(await trial.told(), ['error: index.js, line 2: Unexpected token at the end.']);
  });

  it('reads a script as the module that its package says it is', async () => {
    await trial.put({
      'package.json': { type: 'module', dependencies },
      'index.js': `import './a.js'; import './old/b.js'; await 1;`,
      'a.js': 'with ({}) {}',
      'old/package.json': { type: 'commonjs' },
      'old/b.js': `export const a = 1;`,
    });

    assert.deepEqual(await trial.told(), [
      `error: a.js, line 1: 'with' in strict mode.`,
      'error: old/b.js, line 1: import and export need "type": "module" in package.json.',
    ]);
  });

  it('tells import in a script that older versions of Node.js take for no module', async () => {
    await trial.put({ 'index.js': `const a = 1;\nimport './a.js';`, 'a.js': '' });

    assert.deepEqual(await trial.told('flex-runtime-node12'), [
      'error: index.js, line 2, uses import or export, which Node.js 12 reads only with "type": "module" in package.json.',
    ]);
    assert.deepEqual(await trial.told(), [
      'warning: index.js, line 2, uses import or export, which Node.js before 20 reads only with "type": "module" in package.json.',
    ]);
    assert.deepEqual(await trial.told('flex-runtime-node22'), []);
  });
});
