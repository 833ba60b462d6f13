import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KeptVersions } from '../../../../src/runtime/builds/keptVersions';
import { nextMillisecond } from '../../../support/nextMillisecond';
import { useTempFolder } from '../../../support/tempFolder';

describe('KeptVersions', () => {
  const folder = useTempFolder();
  const limits = { versionsKept: 3, versionBytes: 1_000_000 };

  const create = (change: Partial<typeof limits> = {}) =>
    new KeptVersions(folder(), { ...limits, ...change });

  /** Builds it as far as an installed folder. */
  const build = async (versions: KeptVersions, name: string, bytes = 10): Promise<void> => {
    mkdirSync(versions.folderOf(name), { recursive: true });
    writeFileSync(path.join(versions.folderOf(name), 'index.js'), 'x'.repeat(bytes));
    const archive = path.join(folder(), 'upload');
    writeFileSync(archive, name);
    await versions.addBundle(name, archive);
  };
  const serve = async (versions: KeptVersions, name: string, bytes?: number): Promise<void> => {
    nextMillisecond();
    await build(versions, name, bytes);
    await versions.sweep(name);
  };
  const list = (sub: string) => readdirSync(path.join(folder(), sub)).sort();

  it('keeps so many that have served, each with its bundle', async () => {
    const versions = create();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await serve(versions, name);

    assert.deepEqual(list('versions'), ['c', 'd', 'e']);
    assert.deepEqual(
      list('bundles'),
      ['c', 'd', 'e'].flatMap((name) => [`${name}.json`, `${name}.tar`]),
    );
    assert.ok(versions.bundleOf('e'));
    assert.equal(versions.bundleOf('a'), undefined);
  });

  it('keeps fewer where they take too much, and what serves whatever it takes', async () => {
    const versions = create({ versionBytes: 100 });
    await serve(versions, 'a', 40);
    await serve(versions, 'b', 40);
    await serve(versions, 'c', 40);
    assert.deepEqual(list('versions'), ['b', 'c']);

    await serve(versions, 'd', 4_000);
    assert.deepEqual(list('versions'), ['d']);
  });

  it('never keeps what did not serve: half made, or no good', async () => {
    const versions = create();
    await serve(versions, 'a');
    await build(versions, 'failed');
    mkdirSync(`${versions.folderOf('half')}.unpacking`);

    await versions.sweep('a');

    assert.deepEqual(list('versions'), ['a']);
    assert.deepEqual(list('bundles'), ['a.json', 'a.tar']);
  });

  it('keeps what serves although others have served since', async () => {
    const versions = create({ versionsKept: 2 });
    for (const name of ['a', 'b', 'c']) await serve(versions, name);
    await versions.sweep('b');

    assert.deepEqual(list('versions'), ['b', 'c']);
  });

  it('keeps what was built before there were bundles', async () => {
    const versions = create();
    mkdirSync(versions.folderOf('old'), { recursive: true });

    await versions.sweep('old');

    assert.deepEqual(list('versions'), ['old']);
  });

  it('has nothing to do where nothing was ever built', async () => {
    await create().sweep(undefined);
  });
});
