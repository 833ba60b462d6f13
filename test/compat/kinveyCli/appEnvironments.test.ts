import assert from 'node:assert/strict';
import type { AppEnvironment } from '../../../src/core/kinvey/apiTypes';
import { assertFails, assertPrints, organization, useCliStation } from '../../support/cliStation';

describe('kinvey appenv', () => {
  const station = useCliStation();
  const run = (...args: string[]) => station().cli.run('appenv', ...args);
  const json = (...args: string[]) => station().cli.json('appenv', ...args);

  before(() => station().cli.run('app', 'create', 'shop', '--org', organization));

  it('needs an app while none is active', async () => {
    const results = await Promise.all([run('list'), run('create', 'Test'), run('use', 'Test')]);

    results.forEach((result) => assertFails(result, /Application is required\./));
  });

  it('create makes one, and list tells them', async () => {
    assertPrints(await run('create', 'Test', '--app', 'shop'), /^Created environment: kid_\w+\n$/);
    await station().cli.run('app', 'use', 'shop');
    const made = (await json('create', 'Staging')) as { id: string };

    assert.match(made.id, /^kid_\w+$/);
    assertPrints(await run('list'), /^Count: 3\n[^]+Development[^]+Staging[^]+Test/);
    const listed = (await json('list')) as AppEnvironment[];
    assert.equal(listed.length, 3);
    assertFails(await run('create'), /Not enough non-option arguments/);
  });

  it('show tells one by name and by id, with its secret', async () => {
    const shown = (await json('show', '--env', 'Test')) as AppEnvironment;
    const [byName, byId] = await Promise.all([
      run('show', '--env', 'Test'),
      run('show', '--env', shown.id),
    ]);

    assertPrints(byName, new RegExp(`^appSecret +${shown.appSecret}`, 'm'));
    assert.equal(byId.stdout, byName.stdout);
  });

  it('show fails for a name that several have', async () => {
    await run('create', 'Test');

    assertFails(await run('show', '--env', 'Test'), /^\[error\] TooManyFound: /);
  });

  it('use makes one the active one, which show then means', async () => {
    assertFails(await run('show'), /^\[error\] ItemNotSpecified: /);

    assertPrints(await run('use', 'Staging'), /^Active environment: kid_\w+\n$/);

    assertPrints(await run('show'), /^name +Staging/m);
    const { id } = (await json('show')) as AppEnvironment;
    assert.deepEqual(await json('use', id), { id });
  });

  it('delete asks first, and does nothing on a no', async () => {
    const { code, stdout } = await station().cli.answer([['delete', 'n']], 'appenv', 'delete');

    assert.equal(code, 1, stdout);
    assertPrints(await run('show'), /^name +Staging/m);
  });

  it('delete removes one', async () => {
    assertPrints(await run('delete', '--no-prompt'), /^Deleted environment: kid_\w+\n$/);
    const [first] = (await json('list')) as [AppEnvironment];

    const answer = await json('delete', '--env', first.id, '--no-prompt');

    assert.deepEqual(answer, { id: first.id });
    assert.equal(((await json('list')) as unknown[]).length, 2);
  });

  it('show, use and delete fail for one that does not exist', async () => {
    const results = await Promise.all([
      run('show', '--env', 'Staging'),
      run('show', '--env', 'kid_nothing'),
      run('use', 'Staging'),
      run('delete', '--env', 'Staging', '--no-prompt'),
    ]);

    results.forEach((result) => assertFails(result, /^\[error\] NotFound: /));
    assertFails(await run('delete', '--no-prompt'), /^\[error\] ItemNotSpecified: /);
  });
});
