import assert from 'node:assert/strict';
import { withEngines } from '../../../../src/core/project/enginesEdit';

describe('withEngines', () => {
  it('changes the range for node and nothing else', () => {
    const text = '{\n\t"engines": { "npm": "*", "node": "banana" },\n\t"a": 1\n}';
    assert.equal(withEngines(text, '>=12'), text.replace('banana', '>=12'));
  });

  for (const [what, text, expected] of [
    [
      'two engines',
      '{"engines":{"node":"a"},"engines":{"node":"b"}}',
      '{"engines":{"node":"a"},"engines":{"node":">=12"}}',
    ],
    ['two ranges', '{"engines":{"node":"a","node":"b"}}', '{"engines":{"node":"a","node":">=12"}}'],
    [
      'two engines, the later without node',
      '{"engines":{"node":"a"},"engines":{\n  "npm":"1"}}',
      '{"engines":{"node":"a"},"engines":{\n  "node": ">=12",\n  "npm":"1"}}',
    ],
  ] as const) {
    it(`changes what is read of ${what}: the last`, () => {
      assert.equal(withEngines(text, '>=12'), expected);
    });
  }

  it('replaces what is no object, and fills one that is empty', () => {
    for (const none of ['null', '"node 12"', '["node >= 6"]', '{}']) {
      const text = `{ "name": "x", "engines": ${none} }`;
      assert.equal(withEngines(text, '>=12'), text.replace(none, '{ "node": ">=12" }'));
    }
  });

  it('adds it where there is none, with the indent and line ends of the file', () => {
    assert.equal(
      withEngines('{\r\n\t"a": 1\r\n}\r\n', '>=12'),
      '{\r\n\t"a": 1,\r\n\t"engines": {\r\n\t\t"node": ">=12"\r\n\t}\r\n}\r\n',
    );
  });
});
