import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readGitCommit } from '../../../../src/core/project/gitCommit';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

describe('readGitCommit', () => {
  let folder = '';

  beforeEach(() => (folder = createScratchFolder('git')));
  afterEach(() => removeScratchFolder(folder));

  const git = (...words: string[]) => {
    const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
    return execFileSync('git', ['-C', folder, ...person, ...words], { encoding: 'utf8' }).trim();
  };

  it('tells the commit of a folder, and whether the folder itself is changed', async () => {
    const service = path.join(folder, 'orders');
    mkdirSync(service);
    git('init', '-q');
    writeFileSync(path.join(service, 'index.js'), '');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    const id = git('rev-parse', 'HEAD');

    writeFileSync(path.join(folder, 'beside.txt'), '');
    assert.deepEqual(await readGitCommit(service), { id, isChanged: false });

    writeFileSync(path.join(service, 'new.js'), '');
    assert.deepEqual(await readGitCommit(service), { id, isChanged: true });
  });

  it('tells nothing where there is no commit', async () => {
    assert.equal(await readGitCommit(folder), undefined);
    git('init', '-q');
    assert.equal(await readGitCommit(folder), undefined);
  });
});
