import assert from 'node:assert/strict';
import { LineSplitter } from '../../../../src/runtime/logs/lineSplitter';

function split(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  chunks.forEach((chunk) => splitter.write(Buffer.from(chunk)));
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('makes lines of chunks cut anywhere', () => {
    assert.deepEqual(split('on', 'e\ntw', 'o\n', 'three\nfour\n'), ['one', 'two', 'three', 'four']);
  });

  it('keeps characters whole that a chunk cuts in two', () => {
    const bytes = Buffer.from('Grüße 🙂\n');
    const chunks = [...bytes].map((byte) => Buffer.from([byte]));

    assert.deepEqual(split(...chunks), ['Grüße 🙂']);
  });

  it('takes a last line without a newline', () => {
    assert.deepEqual(split('one\nlast'), ['one', 'last']);
    assert.deepEqual(split('one\n'), ['one']);
    assert.deepEqual(split(), []);
  });

  it('keeps empty lines and drops carriage returns', () => {
    assert.deepEqual(split('one\r\n\r\ntwo\n'), ['one', '', 'two']);
  });

  it('cuts a huge line to pieces of 64 KB, in one chunk or in many', () => {
    const huge = 'x'.repeat(150_000);
    const pieces = [65_536, 65_536, 18_928];

    assert.deepEqual(
      split(`${huge}\n`).map((line) => line.length),
      pieces,
    );
    const chunks = huge.match(/.{1,1000}/g) ?? [];
    assert.deepEqual(
      split(...chunks).map((line) => line.length),
      pieces,
    );
  });
});
