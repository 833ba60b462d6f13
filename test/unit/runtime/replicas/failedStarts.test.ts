import assert from 'node:assert/strict';
import { FailedStarts } from '../../../../src/runtime/replicas/failedStarts';

const source = { environmentId: 'e', containerId: 'c' };

describe('FailedStarts', () => {
  let logs: string[];
  let failed: FailedStarts;

  beforeEach(() => {
    logs = [];
    const sink = {
      openStream: () => ({ write: (bytes: Uint8Array) => logs.push(text(bytes)), end: () => 0 }),
      addNote: () => 0,
      whenRoom: (callback: () => void) => callback(),
    };
    failed = new FailedStarts(sink, (message) => logs.push(message));
  });

  /** One start that prints these chunks and ends; answers whether that was news. */
  const fail = (chunks: string[], exit = 'exit code 1'): boolean => {
    const output = failed.nextOutput();
    const stream = output.openStream(source);
    chunks.forEach((chunk) => stream.write(Buffer.from(chunk)));
    stream.end();
    return failed.add(output, exit);
  };

  it('tells an error that comes again and again once, with a count at the end', () => {
    const news = [1, 2, 3, 4].map(() => fail(['boom\n']));
    failed.tellRepeated();
    failed.tellRepeated();

    assert.deepEqual(news, [true, false, false, false]);
    assert.deepEqual(logs, ['boom\n', 'The same error ended 3 further starts.']);
    assert.equal(failed.inARow, 4);
  });

  it('takes times, ports, addresses and the cut of the chunks for no difference', () => {
    fail(['12:00:01 pid 4711 at 0x7ffdeadbeef\nboom\n']);

    assert.equal(fail(['12:00:09 pid 9', ' at 0x1f\nbo', 'om\n']), false);
  });

  it('tells every other error, also where several take turns', () => {
    const news = ['boom\n', 'bang\n', 'boom\n', 'bang\n'].map((line) => fail([line]));
    failed.tellRepeated();

    assert.deepEqual(news, [true, true, false, false]);
    assert.deepEqual(logs, ['boom\n', 'bang\n', 'The same errors ended 2 further starts.']);
    assert.equal(fail(['bang\n'], 'signal SIGKILL'), true);
  });

  it('lets everything through after a start that went well', () => {
    fail(['boom\n']);
    fail(['boom\n']);
    failed.forget();

    assert.equal(failed.inARow, 0);
    assert.equal(fail(['boom\n']), true);
    assert.deepEqual(logs, ['boom\n', 'The same error ended 1 further start.', 'boom\n']);
  });

  it('passes on what was held, in its order, as soon as a start goes well', () => {
    fail(['boom\n']);
    const output = failed.nextOutput();
    const stream = output.openStream(source);
    stream.write(Buffer.from('a\n'));
    assert.deepEqual(logs, ['boom\n']);

    output.release();
    stream.write(Buffer.from('b\n'));

    assert.deepEqual(logs, ['boom\n', 'a\n', 'b\n']);
  });

  it('holds back no more than a bound', () => {
    fail(['boom\n']);
    const stream = failed.nextOutput().openStream(source);
    for (let chunk = 0; chunk < 9; chunk++) {
      stream.write(Buffer.alloc(65_536, 'x'));
    }

    assert.equal(logs.slice(1).join('').length, 9 * 65_536);
  });
});

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
