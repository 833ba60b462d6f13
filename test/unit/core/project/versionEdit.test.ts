import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, writeFile, chmod } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isAppError } from '../../../../src/core/base/errors';
import {
  applyVersionEdit,
  planVersionEdit,
  restoreVersionEdit,
  type VersionEdit,
} from '../../../../src/core/project/versionEdit';

describe('a version edit', () => {
  let folder = '';
  const at = (name: string) => path.join(folder, name);
  const read = (name: string) => readFile(at(name), 'utf8');
  const writeVersion = async (version: string): Promise<VersionEdit> => {
    const edit = await planVersionEdit(folder, version);
    await applyVersionEdit(edit);
    // As one that was kept over a reload.
    return JSON.parse(JSON.stringify(edit)) as VersionEdit;
  };
  const filesOf = ({ changes }: VersionEdit) => changes.map(({ file }) => file);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'flex-version-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const shapes: [string, string, string][] = [
    ['tabs and no newline at the end', '{\n\t"version": "1.0.0"\n}', '{\n\t"version": "2.0.0"\n}'],
    ['CRLF', '{\r\n  "version": "1.0.0"\r\n}\r\n', '{\r\n  "version": "2.0.0"\r\n}\r\n'],
    ['a byte order mark', '\uFEFF{ "version": "1.0.0" }\n', '\uFEFF{ "version": "2.0.0" }\n'],
    ['odd spacing', '{"a":[1,\n2 ],   "version"\n:"1.0.0",}'.replace(',}', '}'), ''],
    ['a version that is no string', '{"version":  1 }', '{"version":  "2.0.0" }'],
    ['escapes and non-ASCII', '{"d":"\\u00e9 é 日","version":"1.0.0"}', ''],
    [
      'the key twice',
      '{"version":"0.1.0","version":"1.0.0"}',
      '{"version":"0.1.0","version":"2.0.0"}',
    ],
    [
      'a nested version',
      '{"a":{"version":"1.0.0"},"version":"1.0.0"}',
      '{"a":{"version":"1.0.0"},"version":"2.0.0"}',
    ],
    [
      'no version',
      '{\n    "name": "a",\n    "main": "b"\n}\n',
      '{\n    "name": "a",\n    "version": "2.0.0",\n    "main": "b"\n}\n',
    ],
    [
      'no version and no name',
      '{\r\n\t"main":"b"\r\n}',
      '{\r\n\t"version":"2.0.0",\r\n\t"main":"b"\r\n}',
    ],
    ['no version, on one line', '{"name":"a"}', '{"name":"a","version":"2.0.0"}'],
    ['nothing at all', '{}\n', '{"version":"2.0.0"}\n'],
  ];
  for (const [shape, before, after] of shapes) {
    it(`changes only the version's characters in a package.json with ${shape}`, async () => {
      await writeFile(at('package.json'), before);

      const edit = await writeVersion('2.0.0');

      assert.equal(await read('package.json'), after || before.replace('1.0.0', '2.0.0'));
      assert.deepEqual(filesOf(edit), [at('package.json')]);

      await restoreVersionEdit(edit);

      assert.equal(await read('package.json'), before);
      assert.deepEqual(await readdir(folder), ['package.json']);
    });
  }

  const locks: [string, string, string][] = [
    [
      '1',
      '{"name":"a","version":"1.0.0","lockfileVersion":1,"dependencies":{"b":{"version":"1.0.0"}}}',
      '{"name":"a","version":"2.0.0","lockfileVersion":1,"dependencies":{"b":{"version":"1.0.0"}}}',
    ],
    [
      '2',
      '{"version":"1.0.0","packages":{"":{"version":"1.0.0"},"node_modules/b":{"version":"1.0.0"}},"dependencies":{"b":{"version":"1.0.0"}}}',
      '{"version":"2.0.0","packages":{"":{"version":"2.0.0"},"node_modules/b":{"version":"1.0.0"}},"dependencies":{"b":{"version":"1.0.0"}}}',
    ],
    [
      '3',
      '{\n  "name": "a",\n  "version": "0.9.0",\n  "lockfileVersion": 3,\n  "packages": {\n    "": {\n      "name": "a"\n    }\n  }\n}\n',
      '{\n  "name": "a",\n  "version": "2.0.0",\n  "lockfileVersion": 3,\n  "packages": {\n    "": {\n      "name": "a",\n      "version": "2.0.0"\n    }\n  }\n}\n',
    ],
  ];
  for (const [version, before, after] of locks) {
    it(`writes a lock file of version ${version} too, and restores both`, async () => {
      await writeFile(at('package.json'), '{"version":"1.0.0"}');
      await writeFile(at('package-lock.json'), before);

      const edit = await writeVersion('2.0.0');

      assert.equal(await read('package-lock.json'), after);
      assert.deepEqual(filesOf(edit), [at('package.json'), at('package-lock.json')]);

      await restoreVersionEdit(edit);

      assert.equal(await read('package.json'), '{"version":"1.0.0"}');
      assert.equal(await read('package-lock.json'), before);
    });
  }

  it('writes npm-shrinkwrap.json as package-lock.json', async () => {
    await writeFile(at('package.json'), '{"version":"1.0.0"}');
    await writeFile(
      at('npm-shrinkwrap.json'),
      '{\r\n "version":"1.0.0","packages":{"":{"version":"1.0.0"}}}',
    );

    const edit = await writeVersion('2.0.0');

    assert.equal(
      await read('npm-shrinkwrap.json'),
      '{\r\n "version":"2.0.0","packages":{"":{"version":"2.0.0"}}}',
    );
    assert.deepEqual(filesOf(edit), [at('package.json'), at('npm-shrinkwrap.json')]);
  });

  it('leaves alone what has the version already', async () => {
    await writeFile(at('package.json'), '{"version":"2.0.0"}');

    const edit = await writeVersion('2.0.0');

    assert.deepEqual(filesOf(edit), []);
  });

  it('restores only files that nobody changed since', async () => {
    await writeFile(at('package.json'), '{"version":"1.0.0"}');
    await writeFile(at('package-lock.json'), '{"version":"1.0.0"}');
    const edit = await writeVersion('2.0.0');
    await writeFile(at('package.json'), '{"version":"2.0.0","mine":true}');

    await restoreVersionEdit(edit);

    assert.equal(await read('package.json'), '{"version":"2.0.0","mine":true}');
    assert.equal(await read('package-lock.json'), '{"version":"1.0.0"}');
  });

  it('writes nothing where a file was changed between planning and writing', async () => {
    await writeFile(at('package.json'), '{"version":"1.0.0"}');
    await writeFile(at('package-lock.json'), '{"version":"1.0.0"}');
    const edit = await planVersionEdit(folder, '2.0.0');
    await writeFile(at('package-lock.json'), '{"version":"1.0.0","mine":true}');

    await assert.rejects(applyVersionEdit(edit), (error) => isAppError(error, 'fileInvalid'));

    assert.equal(await read('package.json'), '{"version":"1.0.0"}');
    assert.equal(await read('package-lock.json'), '{"version":"1.0.0","mine":true}');
  });

  it('is small, however large the files are', async () => {
    const packages = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`node_modules/p${index}`, { version: '1.0.0' }]),
    );
    await writeFile(at('package.json'), '{"version":"1.0.0"}');
    await writeFile(
      at('package-lock.json'),
      JSON.stringify({ version: '1.0.0', packages: { '': { version: '1.0.0' }, ...packages } }),
    );

    const edit = await planVersionEdit(folder, '2.0.0');

    assert.ok(JSON.stringify(edit).length < 2_000);
  });

  it('keeps the permissions of a file', async () => {
    await writeFile(at('package.json'), '{"version":"1.0.0"}');
    await chmod(at('package.json'), 0o640);

    await writeVersion('2.0.0');

    assert.equal((await stat(at('package.json'))).mode & 0o777, 0o640);
  });

  const broken: [string, string, 'manifestInvalid' | 'fileInvalid', RegExp][] = [
    [
      'package.json',
      '{\n "version": "1.0.0",\n}',
      'manifestInvalid',
      /package\.json: line 3 is no/,
    ],
    ['package.json', '// hello\n{}', 'manifestInvalid', /package\.json: line 1 is no/],
    ['package.json', '[]', 'manifestInvalid', /holds no JSON object/],
    ['package-lock.json', '<<<<<<< HEAD', 'fileInvalid', /package-lock\.json: line 1 is no/],
  ];
  for (const [name, text, code, sentence] of broken) {
    it(`refuses ${name} with ${JSON.stringify(text)} and changes nothing`, async () => {
      await writeFile(at('package.json'), '{"version":"1.0.0"}');
      await writeFile(at(name), text);

      await assert.rejects(
        writeVersion('2.0.0'),
        (error) => isAppError(error, code) && sentence.test(error.message),
      );
      assert.equal(await read(name), text);
      assert.match(await read('package.json'), name === 'package.json' ? /./ : /1\.0\.0/);
    });
  }

  it('refuses bytes that are not UTF-8 instead of mangling them', async () => {
    await writeFile(at('package.json'), Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]));

    await assert.rejects(writeVersion('2.0.0'), (error) => isAppError(error, 'manifestInvalid'));
  });

  it('tells when there is no package.json', async () => {
    await assert.rejects(
      writeVersion('2.0.0'),
      (error) => isAppError(error, 'manifestInvalid') && error.message.includes('ENOENT'),
    );
  });
});
