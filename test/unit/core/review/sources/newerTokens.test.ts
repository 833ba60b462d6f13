import assert from 'node:assert/strict';
import { parse, type Program } from 'acorn';
import { newerSyntaxIn } from '../../../../../src/core/review/sources/newerSyntax';
import { mayBeTooNew } from '../../../../../src/core/review/sources/newerTokens';
import { ScriptLines } from '../../../../../src/core/review/sources/scriptLines';

/** `_` stands for what may be between two tokens. */
const scripts = [
  ...['/a/G;', '/(?<n>a)/;', '/(?<=a)b/;', '/(?<!a)b/;', '/\\p{L}/u;', '/\\P{L}/u;'],
  ...[
    "import_('x'_,_{}_);",
    "import('x');",
    "import x from 'x'_with_{ type: 'json' };",
    "export {} from 'x' with_{ type: 'json' };",
  ],
  ...['a_||=_b;', 'a &&= b;', 'a ??= b;', 'a_??_b;', 'a_?._b;', 'a?.[b];', 'a?.();'],
  ...[
    'class A_{_static_{_}_}',
    'class A { #p; f(o) { #p_in_o } }',
    'class A { #é; f(o) { #é_in o } }',
  ],
  ...[
    'class A { #p_() {} }',
    'class A { #é() {} }',
    'class A { get #\\u0061() {} }',
    'class A { a = 1 }',
  ],
  ...['1 000;', '0xA B;', '0b1 0;', '0o7 7;', '1e1 0;', '.5 5;'].map((n) => n.replace(' ', '_')),
  ...['1n;', '0xFn;', '0xabCn;', '0x1n;', '0b1n;', '0o7n;'],
  ...['try {} catch_{}', 'async_function f() {}', 'async_() => 1;', '({ async f() {} });'],
  ...['async function f() { for_await_(x of y); }', '({_..._a });', 'var {_..._a } = b;'],
  ...[
    'a_**_b;',
    'a_**=_b;',
    '(-1)_**_2;',
    'i++_**_2;',
    '/a/ **_2;',
    '/a/g_**_2;',
    "'a'_** 2;",
    'é_** 2;',
  ],
  ...[
    'f(a_,_);',
    'new A(a_,_);',
    'function f(a_,_) {}',
    '(a_,_) => 1;',
    '({ f(a_,_) {} });',
    'f(`a`,_);',
  ],
];
const gaps = ['', ' ', '\r\n  ', ' /* , */ ', ' // a\n'];
const isNumber = (script: string) => /^[\d.]/.test(script);
const flags = ['d', 'v', 's', 'gd', 'imsuy', 'dgimsvy'];
const majors = Array.from({ length: 17 }, (_, index) => 4 + index);

describe('mayBeTooNew', () => {
  for (const script of scripts) {
    it(`sees that a Node.js may be too old for ${script}`, () => {
      const found = variantsOf(script).flatMap((text) => newerIn(text));
      assert.ok(found.length > 0, 'none is');
    });
  }

  const size = 64 * 1024;
  const texts = [
    ...[`a,\n${'/'.repeat(42)}\nb`, `a,${'/**/'.repeat(30)}b`, `'${'a1'.repeat(size)}'`],
    ...[`/${'v'.repeat(size)}_`, ',/*'.repeat(2 * size)],
  ];
  for (const text of texts) {
    it(`tells at once of ${JSON.stringify(text.slice(0, 20))}…`, () => {
      for (const major of [6, 9, 19]) mayBeTooNew(text, major);
    }).timeout(5_000);
  }
});

function variantsOf(script: string): string[] {
  const flagged = script.includes('G') ? flags.map((own) => script.replace('G', own)) : [script];
  return flagged.flatMap((one) =>
    isNumber(script) ? [one] : gaps.map((gap) => one.replaceAll('_', gap)),
  );
}

/** The major versions that are too old for a script. */
function newerIn(text: string): number[] {
  const program = programOf(text);
  if (!program) {
    return [];
  }
  const script = { program, text, lines: new ScriptLines(text) };
  const tooOld = majors.filter((major) => newerSyntaxIn(script, major));
  assert.deepEqual(
    tooOld.filter((major) => !mayBeTooNew(text, major)),
    [],
    text,
  );
  return tooOld;
}

function programOf(text: string): Program | undefined {
  for (const sourceType of ['commonjs', 'module'] as const) {
    try {
      return parse(text, { ecmaVersion: 'latest', sourceType });
    } catch {
      // Some are only the one or the other, or no script with a line break within.
    }
  }
  return undefined;
}
