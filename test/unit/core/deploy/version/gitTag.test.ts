import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tagVersion } from '../../../../../src/core/deploy/version/gitTag';
import { createScratchFolder, removeScratchFolder } from '../../../../support/scratchFolder';
import { failsWith } from '../deployTrial';

describe('tagVersion', () => {
  let repository = '';
  let folder = '';
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', repository, ...words], { encoding: 'utf8', stdio: 'pipe' }).trim();
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  const setVersion = (version: string) => {
    write('package.json', JSON.stringify({ version }));
    write('package-lock.json', JSON.stringify({ version }));
  };
  const tags = () => git('tag').split('\n').filter(Boolean);

  beforeEach(() => {
    repository = createScratchFolder('git-tag');
    folder = path.join(repository, 'orders');
    mkdirSync(folder);
    git('init', '--quiet');
    git('config', 'user.name', 'Ann');
    git('config', 'user.email', 'ann@example.com');
    git('config', 'commit.gpgSign', 'false');
    git('config', 'tag.gpgSign', 'false');
    setVersion('1.0.0');
    write('index.js', '// orders\n');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
  });
  afterEach(() => removeScratchFolder(repository));

  it('commits the files of the version and nothing else, and tags the commit', async () => {
    setVersion('1.0.1');
    appendFileSync(path.join(folder, 'index.js'), '// not committed\n');
    write('staged.js', '');
    git('add', 'orders/staged.js');

    assert.equal(await tagVersion(folder, '1.0.1'), 'v1.0.1');

    assert.equal(git('rev-parse', 'v1.0.1^{commit}'), git('rev-parse', 'HEAD'));
    const committed = git('show', '--name-only', '--format=', 'v1.0.1^{commit}').split('\n');
    assert.deepEqual(committed, ['orders/package-lock.json', 'orders/package.json']);
    const left = git('status', '--porcelain')
      .split('\n')
      .map((line) => line.trim());
    assert.deepEqual(left, ['M orders/index.js', 'A  orders/staged.js']);
  });

  it('commits the version alone where its files have other changes, staged or not', async () => {
    const manifest = (version: string, more: string) => `{\n  "version": "${version}"${more}\n}\n`;
    write('package.json', manifest('1.0.0', ''));
    git('commit', '--quiet', '--all', '--message', 'second');
    write('package.json', manifest('1.0.0', ',\n  "staged": 1'));
    git('add', 'orders/package.json');
    const mine = manifest('1.0.1', ',\n  "staged": 1,\n  "mine": 2');
    write('package.json', mine);
    write('package-lock.json', '{"version":"1.0.1"}');

    await tagVersion(folder, '1.0.1');

    const shown = (name: string) => `${git('show', name)}\n`;
    assert.equal(shown('v1.0.1:orders/package.json'), manifest('1.0.1', ''));
    assert.equal(shown(':orders/package.json'), manifest('1.0.1', ',\n  "staged": 1'));
    assert.equal(readFileSync(path.join(folder, 'package.json'), 'utf8'), mine);
    assert.equal(git('status', '--porcelain'), 'MM orders/package.json');
  });

  it('commits nothing into a merge or a bisect that is under way, and says so', async () => {
    setVersion('1.0.1');
    const assertRefused = async (reason: RegExp) => {
      await assert.rejects(tagVersion(folder, '1.0.1'), failsWith('gitFailed', reason));
      assert.deepEqual(tags(), []);
      assert.equal(git('log', '--format=%s'), 'first');
    };

    git('bisect', 'start');
    await assertRefused(/a bisect is under way/);
    git('bisect', 'reset');
    writeFileSync(path.join(repository, '.git/MERGE_HEAD'), git('rev-parse', 'HEAD'));
    await assertRefused(/a merge is under way/);
  });

  it('commits nothing where the tag is there already, or package.json was never committed', async () => {
    git('tag', 'v1.0.1');
    setVersion('1.0.1');
    await assert.rejects(
      tagVersion(folder, '1.0.1'),
      failsWith('gitFailed', /the tag is there already.*nothing was committed/),
    );
    git('rm', '--quiet', '--cached', 'orders/package.json');
    git('commit', '--quiet', '--message', 'second');
    git('add', 'orders/package.json');
    setVersion('1.0.2');
    await assert.rejects(
      tagVersion(folder, '1.0.2'),
      failsWith('gitFailed', /package\.json was never committed/),
    );

    assert.equal(git('log', '--format=%s').split('\n')[0], 'second');
    assert.deepEqual(tags(), ['v1.0.1']);
  });

  it('leaves nothing staged of what a hook added to the commit', async () => {
    const hook = path.join(repository, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho formatted > formatted.js\ngit add formatted.js\n');
    chmodSync(hook, 0o755);
    setVersion('1.0.1');

    await tagVersion(folder, '1.0.1');

    assert.match(git('show', '--name-only', '--format=', 'HEAD'), /formatted\.js/);
    assert.equal(git('status', '--porcelain'), '');
  });

  it('tags the commit that is there where the version was committed before', async () => {
    const head = git('rev-parse', 'HEAD');

    await tagVersion(folder, '1.0.0');

    assert.equal(git('rev-parse', 'v1.0.0^{commit}'), head);
  });

  it('leaves a lock file alone that git does not know', async () => {
    write('npm-shrinkwrap.json', '{"version":"1.0.1"}');
    setVersion('1.0.1');

    await tagVersion(folder, '1.0.1');

    assert.equal(git('status', '--porcelain'), '?? orders/npm-shrinkwrap.json');
  });

  it('tells what git said: a tag that is there, a hook that refuses, no repository', async () => {
    git('tag', 'v1.0.0');
    await assert.rejects(
      tagVersion(folder, '1.0.0'),
      failsWith('gitFailed', /1\.0\.0 is online, .*is there already/),
    );

    const hook = path.join(repository, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho not today >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    setVersion('1.0.1');
    await assert.rejects(tagVersion(folder, '1.0.1'), failsWith('gitFailed', /not today/));
    assert.equal(git('diff', '--cached', '--name-only'), '');

    const alone = createScratchFolder('no-git');
    writeFileSync(path.join(alone, 'package.json'), '{"version":"1.0.1"}');
    await assert.rejects(
      tagVersion(alone, '1.0.1'),
      failsWith('gitFailed', /not a git repository/),
    );
    removeScratchFolder(alone);
    assert.deepEqual(tags(), ['v1.0.0']);
  });

  it('tags nothing where the version was changed meanwhile', async () => {
    setVersion('1.0.2');

    await assert.rejects(
      tagVersion(folder, '1.0.1'),
      failsWith('gitFailed', /has the version 1\.0\.2 by now/),
    );

    assert.deepEqual(tags(), []);
    assert.match(git('status', '--porcelain'), /package\.json/);
  });
});
