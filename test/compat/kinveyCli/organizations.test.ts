import assert from 'node:assert/strict';
import type { Organization } from '../../../src/core/kinvey/apiTypes';
import {
  assertFails,
  assertPrints,
  organization,
  useCliStation,
  uuid,
} from '../../support/cliStation';

describe('kinvey org', () => {
  const station = useCliStation();
  const run = (...args: string[]) => station().cli.run('org', ...args);
  const json = (...args: string[]) => station().cli.json('org', ...args);
  let id: string;

  it('list tells all', async () => {
    const [text, result] = await Promise.all([run('list'), json('list')]);

    assertPrints(text, new RegExp(`^Count: 1\n[^]+\n${uuid.source} +${organization}`));
    const [only] = result as [Organization];
    assert.equal(only.name, organization);
    assert.match(only.id, uuid);
    id = only.id;
  });

  it('show tells one by name and by id', async () => {
    const [byName, byId, result] = await Promise.all([
      run('show', '--org', organization),
      run('show', '--org', id),
      json('show', '--org', id),
    ]);

    assertPrints(byName, new RegExp(`^id +${id}`, 'm'));
    assert.match(byName.stdout, /^plan +development/m);
    assert.match(byName.stdout, /^requireTwoFactorAuth +false/m);
    assert.equal(byId.stdout, byName.stdout);
    assert.equal((result as Organization).name, organization);
  });

  it('use makes one the active one, which show then means', async () => {
    assertFails(await run('show'), /^\[error\] ItemNotSpecified: /);

    assertPrints(await run('use', organization), new RegExp(`^Active organization: ${id}\n$`));

    assert.deepEqual(await json('use', id), { id });
    assertPrints(await run('show'), new RegExp(`^id +${id}`, 'm'));
  });

  it('show and use fail for one that does not exist', async () => {
    const stranger = '00000000-0000-4000-8000-000000000000';
    const results = await Promise.all([
      run('show', '--org', 'Nobody'),
      run('show', '--org', stranger),
      run('use', 'Nobody'),
    ]);

    results.forEach((result) => assertFails(result, /^\[error\] NotFound: /));
    assertFails(await run('use'), /Not enough non-option arguments/);
  });
});
