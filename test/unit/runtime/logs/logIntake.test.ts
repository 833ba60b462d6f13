import assert from 'node:assert/strict';
import { LogDatabase } from '../../../../src/runtime/logs/logDatabase';
import { LogIntake } from '../../../../src/runtime/logs/logIntake';
import type { WrittenLines } from '../../../../src/runtime/logs/logMessages';
import { until } from '../../../support/until';

const source = { environmentId: 'e', containerId: 'ab'.repeat(32) };

describe('LogIntake', () => {
  let database: LogDatabase;
  let intake: LogIntake;
  let told: WrittenLines[];

  const create = (linesPerSecond = 1_000_000) => {
    told = [];
    database = new LogDatabase(':memory:', 10_000_000);
    const rate = { linesPerSecond, bytesPerSecond: 100_000_000 };
    intake = new LogIntake(database, rate, (written) => told.push(written));
  };

  afterEach(() => database.close());

  const print = (text: string, stream = 1, at = 1_000) =>
    intake.put({ type: 'chunk', stream, at, bytes: new Uint8Array(Buffer.from(text)) });
  const lines = () => database.find('e')?.page({ limit: 2_000, page: 1 }) ?? [];
  const messages = () => lines().map(({ message }) => JSON.parse(message) as unknown);
  const sum = (field: 'inputs' | 'taken' | 'overRate' | 'lost') =>
    told.reduce((total, written) => total + written[field], 0);

  it('makes lines of what the streams of a process print, each on its own', () => {
    create();
    intake.put({ type: 'open', stream: 1, ...source });
    intake.put({ type: 'open', stream: 2, ...source });
    print('out', 1);
    print('err\n', 2);
    print('put\n{"message":{"a":1},"level":"info"}\nlast', 1);
    intake.put({ type: 'end', stream: 1, at: 2_000 });
    intake.flush();

    assert.deepEqual(messages(), ['err', 'output', { a: 1 }, 'last']);
    assert.deepEqual(
      lines().map(({ threshold, at }) => [threshold, at]),
      [
        [null, 1_000],
        [null, 1_000],
        ['info', 1_000],
        [null, 2_000],
      ],
    );
    assert.equal(lines()[0]?.containerId, source.containerId);
  });

  it('writes by itself, and answers for every input', async () => {
    create();
    intake.put({ type: 'open', stream: 1, ...source });
    print('one\ntw');

    await until('what was written', () => sum('inputs') === 1);
    assert.deepEqual(messages(), ['one']);
    print('o\n');
    intake.put({ type: 'note', ...source, at: 1_000, message: 'three', threshold: 'info' });
    await until('the rest', () => sum('inputs') === 3);
    assert.deepEqual(messages(), ['one', 'two', '[runtime] three']);
    assert.equal(sum('taken'), 3);
  });

  it('drops what is over the limit, and says so in one line at the gap', () => {
    create(3);
    intake.put({ type: 'open', stream: 1, ...source });
    print('1\n2\n3\n4\n5\n', 1, 1_000);
    print('6\n', 1, 1_999);
    print('7\n', 1, 2_000);
    intake.flush();

    const gap =
      '[runtime] 3 lines were dropped here: more than 3 lines or 100000000 bytes were printed in one second.';
    assert.deepEqual(messages(), ['1', '2', '3', gap, '7']);
    assert.equal(lines()[3]?.threshold, 'warning');
    assert.deepEqual([sum('taken'), sum('overRate')], [5, 3]);
  });

  it('tells a gap after which nothing comes', async () => {
    create(1);
    intake.put({ type: 'open', stream: 1, ...source });
    print('1\n2\n', 1, Date.now());
    intake.put({ type: 'end', stream: 1, at: Date.now() });

    await until('the note', () => String(messages()[1]).includes('1 lines were dropped'));
  });

  it('loses lines that cannot be written, tells why and goes on', () => {
    create();
    intake.put({ type: 'open', stream: 1, ...source });
    database.transaction = () => {
      throw new Error('disk full');
    };
    print('lost\n');
    intake.flush();
    Reflect.deleteProperty(database, 'transaction');
    print('kept\n');
    intake.flush();

    assert.deepEqual(messages(), ['kept']);
    assert.deepEqual([told[0]?.lost, told[0]?.problem, told[0]?.inputs], [1, 'disk full', 1]);
  });

  it("puts the runtime's own notes among the lines, whatever the limit", () => {
    create(1);
    intake.put({ type: 'open', stream: 1, ...source });
    print('1\n2\n');
    intake.put({ type: 'note', ...source, at: 1_000, message: 'started', threshold: 'info' });
    intake.flush();

    assert.equal(messages()[1], '[runtime] started');
  });
});
