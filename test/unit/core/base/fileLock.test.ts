import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tryFileLock } from '../../../../src/core/base/fileLock';
import { skip } from '../../../support/skip';
import { useTempFolder } from '../../../support/tempFolder';
import { until } from '../../../support/until';

describe('tryFileLock', () => {
  const folder = useTempFolder();
  let file: string;

  beforeEach(() => {
    file = path.join(folder(), 'lock');
  });

  it('renews the lock while it is held, and leaves nothing behind', async () => {
    const release = await tryFileLock(file, 300);
    utimesSync(file, 1, 1);

    await until('the renewal', () => statSync(file).mtimeMs > 1_000);

    await release?.();
    assert.deepEqual(readdirSync(folder()), []);
  });

  it('takes over from an earlier process of the same id', async function () {
    if (process.platform !== 'linux') skip(this, 'the system does not tell when a process began');
    const release = await tryFileLock(file, 60_000);
    const mark = readFileSync(file, 'utf8');
    await release?.();
    writeFileSync(file, mark.replace(/ (\d+) /, ' 1 '));

    const next = await tryFileLock(file, 60_000);

    assert.ok(next);
    await next();
  });
});
