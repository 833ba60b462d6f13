import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import { plainImports } from '../../../../../src/core/review/sources/plainScript';
import { handlersOf } from '../../../../../src/core/review/sources/scriptHandlers';
import { importsOf } from '../../../../../src/core/review/sources/scriptImports';
import { ScriptLines } from '../../../../../src/core/review/sources/scriptLines';
import { variablesOf } from '../../../../../src/core/review/sources/scriptVariables';
import { checkout } from '../../../../support/checkout';
import { Random } from '../../../../support/random';

describe('plainImports', () => {
  it('says of real scripts what parsing them says', () => {
    const libraries =
      '{async,bluebird,debug,eslint,express,kinvey-cli,kinvey-flex-sdk,mocha,moment,request,tar-stream}';
    const files = globSync(`node_modules/${libraries}/{*.js,lib/**/*.js,src/**/*.js}`, {
      cwd: checkout,
    });
    const texts = files.map((file) => readFileSync(path.join(checkout, file), 'utf8'));
    const plain = texts.filter((text) => plainImports(text));

    const share = plain.length / texts.length;
    assert.ok(share > 0.5 && share < 1, `${plain.length} of ${texts.length}`);
    for (const text of plain) expectAsParsed(text);
  });

  const plain = [
    '',
    "#!/usr/bin/env-less\n/* a\n b */ 'use strict';\nconst {a, b: c} = require(\n'x').y; f();",
    "const x = require('child_process');",
    "/* require('x'); */ f('// /*');",
    "const x = 1;\nconst y = require('y');\nf(x, y);\nmodule.exports = require('z');",
    "var a = require('a'),\n    { b } = require(\"b\").c;\r\nexports.d = require('d')\nlet e = 1",
    "function f() { return 1; }\n  require('x'); require('y');",
    "/*\n process.env.X\n*/ f('import', /export|env/, `a register`.length, '\\u0061');\nrequire('x');",
    "const text = `\nno require here\n`;\nconst x = require('x')\n",
    "const x = require('x')\r\n\r\nconst y = require('y')\r\n",
    'const x = require("it\'s"),\r\n  y =\r\n require("y")\u2028exports.z = require(\'z\');',
    'while (f(a)) if (a <= f()) b === c;',
  ];
  for (const text of plain) {
    it(`needs no parser: ${JSON.stringify(text)}`, () => expectAsParsed(text));
  }

  const others = [
    "const x = require('x')\n  .catch(f);",
    "const x = require('x').catch;",
    "const r = require('x').functions.register;",
    "if (a) require('x');",
    "if (a)\nrequire('x');",
    "a &&\nrequire('x');",
    "const f = () =>\nrequire('x');",
    "if (a) { return; }\nconst x = require('x');",
    "function f() {\nconst x = require('x');\n}",
    "try {\nrequire('x');\n} catch { f(); }",
    "for (let i = 0;require('x');) { f(); }",
    "const x = require('x')\n/env/g.test(y);",
    "const x = require('x')\n(process.env);",
    "const x = require('x'); lazy(() => require('y'));",
    "const x = require('x'); requ\\u0069re('y');",
    "const x = require('x'); }); (() => {",
    "const x = require('x'); f(`${require('y')}`);",
    '/*\nconst x = require("x");\n*/ f();',
    "const text = `\nconst x = require('x');\n`;",
    "f('\\u12');\nconst x = require('x');",
    "import x from 'x';",
    "const x = ;\nconst y = require('y');",
    'f(process.env.X);',
    "f(process['env'].X);",
    'f(process[`env`].X);',
    "f(process['\\env'].X);",
    "f(process['\\x65n\\166'].X);",
    'f(process["e\\u006Ev"].X);',
    'f(process[`e\\\r\nn\\u{000076}\\\n`].X);',
    "flex.functions['reg\\ister']('x', f);",
    "exports.register = require('x');",
    "module.exports.serviceObject = require('x');",
    "a(); // was b(); require('x');",
    "require('y'); <!-- b; require('x')",
    "#!/bin/node;require('x')",
    'f(/[env-a]/);',
    'f(/[f-env]/);',
    'f(/[\\env]/v);',
    'if (f() = 1) g();',
    'f() >>>= 1;',
    'f()--;',
    '++a.f();',
    'for (f() of a);',
    "let\nconst x = require('x');",
  ];
  for (const text of others) {
    it(`leaves it to the parser: ${JSON.stringify(text)}`, () =>
      assert.equal(plainImports(text), undefined));
  }

  it('says of what is put together at random what parsing it says, or nothing', () => {
    const code = [...plain, ...others, ...shreds];
    const random = new Random(5);
    let told = 0;
    for (let run = 0; run < 10_000; run++) {
      const parts = Array.from({ length: 1 + random.below(6) }, () => random.pick(code));
      const text = parts.join(random.pick(['', ' ', ';', '\n', '\r\n', '\u2028']));
      if (!plainImports(text)) continue;
      expectAsParsed(text);
      told++;
    }
    assert.ok(told > 500, `only ${told}`);
  });
});

/** What may turn the code beside it into something else. */
const shreds = [
  ...["require('a')", 'require', '.env', '.register', "'env'", 'exports.d = ', 'const { a } = '],
  ...['if (a) ', 'else ', 'return ', 'do ', 'a: ', 'async ', 'let x;', 'var ', 'in b', 'of b'],
  ...['function f() {', '(function (require) {', '})();', 'class A {', 'static {', '() => {'],
  ...['{', '}', '(', ')', '[', ']', '`', '${', "'", '"', '/', '/*', '*/', '//', '<!--', '\n-->'],
  ...[',', '.', '?.', '=', '=>', '?', ':', '\\', '@', '#a', '#!', "'use strict'", '\t', '\r'],
];

function expectAsParsed(text: string): void {
  const program = parse(text, {
    ecmaVersion: 'latest',
    sourceType: 'commonjs',
    allowHashBang: true,
  });
  const lines = new ScriptLines(text);
  assert.deepEqual(plainImports(text), importsOf(program, lines), text);
  assert.deepEqual(variablesOf(program, lines), { variables: [], assigned: [] }, text);
  assert.deepEqual(handlersOf(program), { handlers: [], hidesHandlers: false }, text);
}
