import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../../src/core/base/errors';
import { isFlexFolder, isFlexProject, readManifest } from '../../../../src/core/project/manifest';
import { useTempFolder } from '../../../support/tempFolder';

describe('readManifest', () => {
  const folder = useTempFolder();
  const write = (text: string) => writeFile(path.join(folder(), 'package.json'), text);

  async function problem(text: string): Promise<AppError> {
    await write(text);
    const error: unknown = await readManifest(folder()).catch((reason: unknown) => reason);
    assert.ok(error instanceof AppError && error.code === 'manifestInvalid', String(error));
    return error;
  }

  it('reads what Flex needs, whatever else there is', async () => {
    await write(
      '\uFEFF{\r\n"name": "orders", "version": "1.0.0", "main": "index.js", "private": true,\r\n"dependencies": {"kinvey-flex-sdk": "^3.2.0", "odd": 3}\r\n}\r\n',
    );

    assert.deepEqual(await readManifest(folder()), {
      folder: folder(),
      name: 'orders',
      version: '1.0.0',
      main: 'index.js',
      dependencies: { 'kinvey-flex-sdk': '^3.2.0' },
    });
  });

  it('takes a blank version for none', async () => {
    await write('{"version":" "}');

    assert.equal((await readManifest(folder())).version, undefined);
  });

  it('does not need name, version or dependencies', async () => {
    await write('{"name": 3}');

    const manifest = await readManifest(folder());

    assert.equal(manifest.name, undefined);
    assert.deepEqual(manifest.dependencies, {});
  });

  it('points at a trailing comma', async () => {
    const error = await problem('{\n  "name": "x",\n  "dependencies": {\n    "a": "1",\n  }\n}\n');

    assert.equal(error.message, 'package.json, line 4: the comma after the last entry must go.');
    assert.deepEqual(error.details, {
      file: path.join(folder(), 'package.json'),
      line: 4,
      column: 13,
    });
  });

  for (const [text, message] of [
    ['{"files": [1,\n2,\n]}', /line 2: the comma after the last entry must go/],
    ['{\r\n"a": 1\r\n"b": 2}', /line 3: a comma is missing/],
    ['{"a" 1}', /line 1: a colon is missing/],
    ['{\n"a": }', /line 2: a value is expected here/],
    ["{\n\n'a': 1}", /line 3: /],
    ['{\n// why\n"a": 1}', /line 2: JSON has no comments/],
    ['{"a": 1', /line 1: a closing brace } is missing/],
    ['{"a": "1', /line 1: a closing quote is missing/],
    ['{} {}', /line 1: there is text after the end of the object/],
    ['', /line 1: the file is empty/],
    ['[]', /must hold a JSON object/],
    ['"x"', /must hold a JSON object/],
  ] as const) {
    it(`tells what is wrong with ${JSON.stringify(text)}`, async () => {
      assert.match((await problem(text)).message, message);
    });
  }

  it('tells that there is no package.json', async () => {
    await assert.rejects(readManifest(folder()), {
      code: 'manifestInvalid',
      message: `There is no package.json in ${folder()}.`,
    });
  });

  it('tells that package.json is no file', async () => {
    await mkdir(path.join(folder(), 'package.json'));

    await assert.rejects(readManifest(folder()), { code: 'manifestInvalid' });
  });

  it('takes only a dependency on the SDK for a Flex project', async () => {
    await write('{"dependencies": {"kinvey-flex-sdk": "3.2.0"}}');
    assert.equal(isFlexProject(await readManifest(folder())), true);
    assert.equal(await isFlexFolder(folder()), true);

    await write('{"devDependencies": {"kinvey-flex-sdk": "3.2.0"}}');
    assert.equal(isFlexProject(await readManifest(folder())), false);
    assert.equal(await isFlexFolder(folder()), false);
  });

  it('takes a folder that cannot be read for no Flex project', async () => {
    assert.equal(await isFlexFolder(path.join(folder(), 'gone')), false);
  });
});
