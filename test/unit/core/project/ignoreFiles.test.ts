import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAppError } from '../../../../src/core/base/errors';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';
import { skip } from '../../../support/skip';

describe('.kinveyignore', () => {
  let folder: string;

  const put = async (name: string, content = name) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  };
  const sent = async () =>
    (await planBundle(folder)).files
      .map((file) => file.path)
      .filter((name) => !name.endsWith('.kinveyignore'));
  const excluded = async () =>
    (await planBundle(folder)).excluded.map(({ path: name, rule }) => [name, rule]);

  beforeEach(() => {
    folder = createScratchFolder('ignore');
  });
  afterEach(() => removeScratchFolder(folder));

  /** Patterns, files, and what of them is sent; each was compared with `git check-ignore`. */
  const cases: [string, Record<string, string>, string[], string[]][] = [
    ['a name at any depth', { '': 'a.js' }, ['a.js', 'lib/a.js', 'b.js'], ['b.js']],
    ['a name at the root', { '': '/a.js' }, ['a.js', 'lib/a.js'], ['lib/a.js']],
    ['a directory only', { '': 'docs/' }, ['docs/a.md', 'lib/docs'], ['lib/docs']],
    ['a path', { '': 'lib/a' }, ['lib/a/x', 'lib/b', 'x/lib/a'], ['lib/b', 'x/lib/a']],
    ['any depth between', { '': 'lib/**/t' }, ['lib/t', 'lib/a/b/t', 't'], ['t']],
    [
      'a class and a question mark',
      { '': '[ab]?.js' },
      ['a1.js', 'c1.js', 'b.js'],
      ['b.js', 'c1.js'],
    ],
    ['what comes back', { '': '*.md\n!READ.md' }, ['a.md', 'READ.md'], ['READ.md']],
    ['nothing back below what is out', { '': 'docs\n!docs/a' }, ['docs/a', 'b'], ['b']],
    ['the last match', { '': '!a\na' }, ['a', 'b'], ['b']],
    [
      'comments, blank lines and spaces',
      { '': '# a\n\n  \nb  \n' },
      ['a', 'b', '# a'],
      ['# a', 'a'],
    ],
    ['an escaped hash and space', { '': '\\#a\nb\\ ' }, ['#a', 'b ', 'b'], ['b']],
    ['CRLF and a byte order mark', { '': '\uFEFFa\r\nb\r\n' }, ['a', 'b', 'c'], ['c']],
    ['case', { '': 'README' }, ['readme', 'lib/README'], ['readme']],
    ['a nested file', { lib: 'a\n/b' }, ['a', 'lib/a', 'lib/x/a', 'lib/x/b'], ['a', 'lib/x/b']],
    ['a nested path', { lib: 'x/a' }, ['x/a', 'lib/x/a', 'lib/y/x/a'], ['lib/y/x/a', 'x/a']],
    ['deeper before above', { '': '*.log', lib: '!a.log' }, ['a.log', 'lib/a.log'], ['lib/a.log']],
    [
      'a directory that comes back',
      { '': 'keep', a: '!keep/' },
      ['keep/x', 'a/keep/x'],
      ['a/keep/x'],
    ],
    ['a nested file in an odd directory', { 'a[1] *': 'x' }, ['a[1] */x', 'a1 b/x'], ['a1 b/x']],
  ];
  for (const [what, files, names, expected] of cases) {
    it(`knows ${what}`, async () => {
      for (const name of names) await put(name);
      for (const [directory, text] of Object.entries(files)) {
        await put(path.join(directory, '.kinveyignore'), text);
      }

      assert.deepEqual(await sent(), expected);
    });
  }

  it('names the pattern, the file and the line', async () => {
    await put('lib/.kinveyignore', '# ours\n*.map\n');
    await put('.kinveyignore', 'docs/');
    await put('docs/a.md');
    await put('lib/a.map');

    assert.deepEqual(await excluded(), [
      ['docs', 'docs/ (.kinveyignore:1)'],
      ['lib/a.map', '*.map (lib/.kinveyignore:2)'],
    ]);
  });

  it('cannot bring back what no bundle may hold', async () => {
    await put('.kinveyignore', '!.env\n!node_modules\n!.git\n');
    for (const name of ['.env', 'node_modules/a/x', '.git/HEAD', 'a.js']) await put(name);

    assert.deepEqual(await sent(), ['a.js']);
  });

  describe('does not send more than wanted where it cannot be read', () => {
    const refused = (reason: string) =>
      assert.rejects(planBundle(folder), (error) => {
        assert.ok(isAppError(error, 'fileInvalid'));
        return error.message === `.kinveyignore cannot be read (${reason}).`;
      });

    it('as a directory', async () => {
      await mkdir(path.join(folder, '.kinveyignore'));
      await refused('EISDIR');
    });

    it('as a pipe, which is not opened', async function () {
      if (process.platform === 'win32') {
        skip(this, 'Windows keeps no pipes in a folder');
      }
      execFileSync('mkfifo', [path.join(folder, '.kinveyignore')]);
      await refused('no regular file');
    });

    it('as a link to itself', async () => {
      await symlink('.kinveyignore', path.join(folder, '.kinveyignore'));
      await refused('ELOOP');
    });
  });

  describe('as kinvey-cli', () => {
    const sentAsCli = async () =>
      (await planBundle(folder, { asCli: true })).files.map((file) => file.path);

    it('leaves out by prefix alone', async () => {
      const out = ['.gitignore', '.github/x', 'node_modules_extra/x', 'output.log.1', '.svn/x'];
      const kept = [
        '.env',
        '.kinvey',
        '.kinveyignore',
        'a.tgz',
        'sub/.git/x',
        'sub/node_modules/x',
      ];
      for (const name of [...out, ...kept]) await put(name);

      assert.deepEqual(await sentAsCli(), kept);
    });

    it('follows links a single step, wherever they lead', async () => {
      await put('inner/lib/deep/x.js');
      await put('inner/lib/a.js');
      await put('inner/.git/x');
      folder = path.join(folder, 'inner');
      await symlink('lib', path.join(folder, 'linked'));
      await symlink('..', path.join(folder, 'up'));

      const plan = await planBundle(folder, { asCli: true });

      assert.deepEqual(
        plan.files.map((file) => file.path),
        ['lib/a.js', 'lib/deep/x.js', 'linked/a.js'],
      );
      assert.deepEqual(plan.directories, [
        'lib',
        'lib/deep',
        'linked',
        'linked/deep',
        'up',
        'up/inner',
      ]);
      folder = path.dirname(folder);
    });
  });
});
