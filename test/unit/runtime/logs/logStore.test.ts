import assert from 'node:assert/strict';
import { LogStore } from '../../../../src/runtime/logs/logStore';
import { Database } from '../../../../src/runtime/store/database';

describe('LogStore', () => {
  let database: Database;

  beforeEach(() => {
    database = new Database(':memory:');
  });

  afterEach(() => database.close());

  const fill = (logs: LogStore, count: number, environmentId = 'e') => {
    for (let index = 0; index < count; index++) {
      logs.append({ environmentId, containerId: 'c', threshold: null, message: `line ${index}` });
    }
  };

  it('answers what was just written, in order, with ids and times that grow', () => {
    const logs = new LogStore(database, 1_000_000);
    fill(logs, 50);

    const entries = logs.query('e', { limit: 100, page: 1 });

    assert.deepEqual(
      entries.map((entry) => entry.message),
      Array.from({ length: 50 }, (_, index) => `line ${index}`),
    );
    const ids = entries.map((entry) => entry._id);
    assert.deepEqual([...ids].sort(), ids);
    const times = entries.map((entry) => entry.timestamp);
    assert.deepEqual([...times].sort(), times);
  });

  it('answers pages that begin with the oldest', () => {
    const logs = new LogStore(database, 1_000_000);
    fill(logs, 25);

    const page = (number: number) =>
      logs.query('e', { limit: 10, page: number }).map((entry) => entry.message);

    assert.equal(page(1)[0], 'line 0');
    assert.equal(page(3).length, 5);
    assert.deepEqual(page(4), []);
  });

  it('keeps the environments apart', () => {
    const logs = new LogStore(database, 1_000_000);
    fill(logs, 3, 'one');
    fill(logs, 2, 'two');

    logs.deleteAll('one');

    assert.equal(logs.query('one', { limit: 10, page: 1 }).length, 0);
    assert.equal(logs.query('two', { limit: 10, page: 1 }).length, 2);
  });

  it('takes both ends of a range as belonging to it', () => {
    const logs = new LogStore(database, 1_000_000);
    fill(logs, 1);
    const [entry] = logs.query('e', { limit: 1, page: 1 });
    const at = Date.parse(entry!.timestamp);

    assert.equal(logs.query('e', { from: at, to: at, limit: 1, page: 1 }).length, 1);
    assert.equal(logs.query('e', { from: at + 1, limit: 1, page: 1 }).length, 0);
    assert.equal(logs.query('e', { to: at - 1, limit: 1, page: 1 }).length, 0);
  });

  it('drops the oldest lines when there are too many bytes, and no others', () => {
    const logs = new LogStore(database, 10_000);
    fill(logs, 5_000);
    fill(logs, 1);

    const entries = logs.query('e', { limit: 2_000, page: 1 });

    const bytes = entries.reduce((sum, entry) => sum + JSON.stringify(entry.message).length, 0);
    assert.ok(bytes <= 10_000 && bytes > 5_000, `${bytes} bytes are kept`);
    assert.equal(entries.at(-1)?.message, 'line 0');
    assert.equal(entries.at(-2)?.message, 'line 4999');
  });

  it('ignores what comes after it was closed', () => {
    const logs = new LogStore(database, 10_000);
    fill(logs, 1);

    logs.close();
    fill(logs, 1);

    assert.equal(database.all('SELECT * FROM logs').length, 1);
  });
});
