import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import { plainImports } from '../../../../../src/core/review/sources/plainScript';
import { ScriptLines } from '../../../../../src/core/review/sources/scriptLines';
import { importsOf } from '../../../../../src/core/review/sources/scriptImports';
import { checkout } from '../../../../support/checkout';

describe('plainImports', () => {
  const options = { ecmaVersion: 'latest', sourceType: 'commonjs' } as const;
  const parsed = (text: string) =>
    importsOf(parse(text, { ...options, allowHashBang: true }), new ScriptLines(text));

  it('says of real scripts what parsing them says', () => {
    const libraries = '{async,bluebird,debug,lodash,moment,request,kinvey-cli,semver,tar-stream}';
    const files = globSync(`node_modules/${libraries}/{lib,src,.}/{*,*/*}.js`, { cwd: checkout });
    const texts = files
      .slice(0, 600)
      .map((file) => readFileSync(path.join(checkout, file), 'utf8'));
    const plain = texts.filter((text) => plainImports(text));

    assert.ok(plain.length > 100 && plain.length < texts.length, `${plain.length}`);
    for (const text of plain) assert.deepEqual(plainImports(text), parsed(text), text);
  });

  const scripts: [string, boolean][] = [
    [
      "#!/usr/bin/env-less\n/* a\n b */ 'use strict';\nconst {a, b: c} = require(\n'x').y; f();",
      true,
    ],
    ["const x = require('x')\n  .catch(f);", false],
    ["const x = require('x').catch;", false],
    ["if (a) require('x');", false],
    ["const x = require('x'); lazy(() => require('y'));", false],
    ["const x = require('x'); requ\\u0069re('y');", false],
    ["const x = require('child_process');", true],
    ["/* require('x'); */ f('// /*');", true],
    ["const x = require('x'); }); (() => {", false],
    ["import x from 'x';", false],
    ['const x = ;', false],
    ['f(process.env.X);', false],
    ['', true],
  ];
  for (const [text, isPlain] of scripts) {
    it(`${isPlain ? 'needs no parser' : 'leaves it to the parser'}: ${JSON.stringify(text)}`, () => {
      const found = plainImports(text);

      assert.equal(found !== undefined, isPlain);
      if (found) assert.deepEqual(found, parsed(text));
    });
  }
});
