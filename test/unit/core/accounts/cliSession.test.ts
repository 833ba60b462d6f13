import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readCliProfiles } from '../../../../src/core/accounts/cliSession';
import { useTempFolder } from '../../../support/tempFolder';

describe('readCliProfiles', () => {
  const home = useTempFolder();
  const write = (text: string) => writeFile(path.join(home(), '.kinvey-cli'), text);

  it('reads names, e-mails and instances, never a token', async () => {
    await write(
      '{"active":{"profile":"dev"},"profiles":{"dev":{"email":"jane@example.com","token":"tok123","host":"http://127.0.0.1:18080/","identityProvider":{"id":"Kinvey","name":"Kinvey"}},"old":{"email":"joe@example.com","token":"t","host":"https://manage.kinvey.com"}}}',
    );

    assert.deepEqual(await readCliProfiles(home()), [
      { name: 'dev', email: 'jane@example.com', instance: 'http://127.0.0.1:18080/' },
      { name: 'old', email: 'joe@example.com', instance: 'https://manage.kinvey.com/' },
    ]);
  });

  it('knows none without the file, and makes none', async () => {
    assert.deepEqual(await readCliProfiles(home()), []);
    assert.deepEqual(await readdir(home()), []);
  });

  for (const text of [
    '',
    '""',
    'null',
    '[]',
    '{"profiles":',
    '{"profiles":null}',
    '{"profiles":"x"}',
    '{"profiles":{"a":null,"b":3,"c":{"email":"x"},"d":{"host":"y"}}}',
    '{"tokens":{"https://manage.kinvey.com/":"t"},"host":"https://manage.kinvey.com/"}',
  ]) {
    it(`knows none in ${text || 'an empty file'}`, async () => {
      await write(text);

      assert.deepEqual(await readCliProfiles(home()), []);
    });
  }
});
