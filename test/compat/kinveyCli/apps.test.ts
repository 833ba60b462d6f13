import assert from 'node:assert/strict';
import type { App } from '../../../src/core/kinvey/apiTypes';
import {
  assertFails,
  assertPrints,
  organization,
  useCliStation,
  uuid,
} from '../../support/cliStation';

describe('kinvey app', () => {
  const station = useCliStation();
  const run = (...args: string[]) => station().cli.run('app', ...args);
  const json = (...args: string[]) => station().cli.json('app', ...args);
  const created = new RegExp(`^Created application: ${uuid.source}\n$`);

  it('list tells none at first', async () => {
    assertPrints(await run('list'), /^Count: 0\n/);
    assert.deepEqual(await json('list'), []);
  });

  it('create needs an organization, and a name', async () => {
    const [homeless, nameless, stranger] = await Promise.all([
      run('create', 'shop'),
      run('create'),
      run('create', 'shop', '--org', 'Nobody'),
    ]);

    assertFails(homeless, /OrgRequired|Organization is required/);
    assertFails(nameless, /Not enough non-option arguments/);
    assertFails(stranger, /^\[error\] NotFound: /);
  });

  it('create makes one with an environment', async () => {
    assertPrints(await run('create', 'shop', '--org', organization), created);
    await station().cli.run('org', 'use', organization);
    const made = (await json('create', 'depot')) as { id: string };

    assert.match(made.id, uuid);
    assertPrints(await run('list'), /^Count: 2\n[^]+depot[^]+shop/);
    const apps = (await json('list')) as App[];
    assert.deepEqual(apps.map(({ name }) => name).sort(), ['depot', 'shop']);
  });

  it('show tells one by name and by id', async () => {
    const shop = (await json('show', '--app', 'shop')) as App;
    const [byName, byId] = await Promise.all([
      run('show', '--app', 'shop'),
      run('show', '--app', shop.id),
    ]);

    assertPrints(byName, /^environments +1/m);
    assert.match(byName.stdout, /^plan +\S+/m);
    assert.equal(byId.stdout, byName.stdout);
    assert.equal(shop.environments[0]?.name, 'Development');
  });

  it('show fails for a name that several have', async () => {
    await run('create', 'depot');

    assertFails(await run('show', '--app', 'depot'), /^\[error\] TooManyFound: /);
  });

  it('use makes one the active one, which show then means', async () => {
    assertFails(await run('show'), /^\[error\] ItemNotSpecified: /);

    assertPrints(await run('use', 'shop'), new RegExp(`^Active application: ${uuid.source}\n$`));

    assertPrints(await run('show'), /^name +shop/m);
    const shop = (await json('show')) as App;
    assert.deepEqual(await json('use', shop.id), { id: shop.id });
  });

  it('delete asks first, and does nothing on a no', async () => {
    const { code, stdout } = await station().cli.answer([['delete', 'n']], 'app', 'delete');

    assert.equal(code, 1, stdout);
    assert.equal((await run('show', '--app', 'shop')).code, 0);
  });

  it('delete removes one', async () => {
    const deleted = await run('delete', '--no-prompt');

    assertPrints(deleted, new RegExp(`^Deleted application: ${uuid.source}\n$`));
    const [first] = (await json('list')) as [App];
    const answer = await json('delete', '--app', first.id, '--no-prompt');
    assert.deepEqual(answer, { id: first.id });
  });

  it('show, use and delete fail for one that does not exist', async () => {
    const results = await Promise.all([
      run('show', '--app', 'shop'),
      run('use', 'shop'),
      run('delete', '--app', '00000000-0000-4000-8000-000000000000', '--no-prompt'),
    ]);

    results.forEach((result) => assertFails(result, /^\[error\] NotFound: /));
    assertFails(await run('delete', '--no-prompt'), /^\[error\] ItemNotSpecified: /);
  });
});
