import assert from 'node:assert/strict';
import { withEngines } from '../../../../src/core/project/enginesEdit';

describe('withEngines', () => {
  it('changes the range for node and nothing else', () => {
    const text = '{\n\t"engines": { "npm": "*", "node": "banana" },\n\t"a": 1\n}';
    assert.equal(withEngines(text, '>=12'), text.replace('banana', '>=12'));
  });

  it('adds it where there is none, with the indent and line ends of the file', () => {
    assert.equal(
      withEngines('{\r\n\t"a": 1\r\n}\r\n', '>=12'),
      '{\r\n\t"a": 1,\r\n\t"engines": {\r\n\t\t"node": ">=12"\r\n\t}\r\n}\r\n',
    );
  });
});
