import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { readEvents } from '../../../../src/core/kinvey/serverSentEvents';

async function read(...pieces: string[]): Promise<string[][]> {
  const events: string[][] = [];
  for await (const some of readEvents(Readable.from(pieces))) {
    events.push(some);
  }
  return events;
}

describe('readEvents', () => {
  it('tells the data of events, those of one piece together', async () => {
    assert.deepEqual(await read('id: 1\ndata: a\n\nid: 2\ndata: b\n\n', 'data:c\n\n'), [
      ['a', 'b'],
      ['c'],
    ]);
  });

  it('makes no difference of where pieces are cut', async () => {
    const text = 'id: 1\ndata: one\n\n: alive\n\nid: 2\ndata: two\n\n';

    assert.deepEqual((await read(...text.split(/(?:)/))).flat(), ['one', 'two']);
  });

  it('joins the lines of one event', async () => {
    assert.deepEqual(await read('data: a\ndata:\ndata:  b\n\n'), [['a\n\n b']]);
  });

  it('leaves out what carries no data, and an event that was cut off', async () => {
    assert.deepEqual(await read(': alive\n\nretry: 2000\n\nevent: x\n\ndata: half\n'), []);
  });
});
