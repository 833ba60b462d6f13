import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DataFolder } from '../../../src/runtime/dataFolder';
import { useTempFolder } from '../../support/tempFolder';

describe('DataFolder', () => {
  const folder = useTempFolder();

  it('takes away from others what a copy or an earlier runtime left readable', () => {
    new DataFolder(folder()).dispose();
    const files = ['runtime.db', 'runtime.db-wal', 'logs.db', 'owner.json', 'runtime.log'];
    for (const name of files) {
      writeFileSync(path.join(folder(), name), '');
    }
    for (const name of readdirSync(folder())) {
      chmodSync(path.join(folder(), name), 0o755);
    }
    writeFileSync(path.join(folder(), 'foreign'), '', { mode: 0o644 });

    new DataFolder(folder()).dispose();

    const open = readdirSync(folder()).filter((name) => {
      return (statSync(path.join(folder(), name)).mode & 0o077) !== 0;
    });
    assert.deepEqual(open, ['foreign']);
  });
});
