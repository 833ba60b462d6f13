import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertFails, assertPrints, useCliStation } from '../../support/cliStation';
import { owner } from '../../support/runtimeProcess';

describe('kinvey profile', () => {
  const station = useCliStation();
  const run = (...args: string[]) => station().cli.run('profile', ...args);
  const json = (...args: string[]) => station().cli.json('profile', ...args);
  const isSignedIn = async (token: string) => {
    const headers = { authorization: `Kinvey ${token}` };
    return (await fetch(`${station().runtime.url}v4/user`, { headers })).status === 200;
  };

  it('create makes one with e-mail and password', async () => {
    assertPrints(await station().createProfile('other'), /^Created profile: other\n$/);
    const created = await json('create', 'another', ...station().credentials());
    assert.deepEqual(created, { id: 'another' });
  });

  it('create over an existing one signs in first and signs the old session out', async () => {
    await station().createProfile('twice');
    const before = station().tokenOf('twice');

    assertPrints(await station().createProfile('twice'), /^Created profile: twice\n$/);

    assert.equal(await isSignedIn(before), false);
    assert.equal(await isSignedIn(station().tokenOf('twice')), true);
  });

  it('create fails with a wrong password, without one, or without a name', async () => {
    const { url } = station().runtime;
    const [wrong, absent, nameless, notMail] = await Promise.all([
      station().createProfile('x', 'nonsense'),
      run('create', 'x', '--email', owner.email, '--instance-id', url),
      run('create'),
      run('create', 'x', '--email', 'jane', '--password', 'x', '--instance-id', url),
    ]);

    assertFails(wrong, /^\[error\] InvalidCredentials: Invalid e-mail and\/or password\.\n$/);
    assertFails(absent, /ValidationError: Validation failed\.\s+Field: password\. /);
    assertFails(nameless, /Not enough non-option arguments/);
    assertFails(notMail, /InvalidEmail/);
  });

  it('list and show tell name, host, and the token in clear', async () => {
    const { url } = station().runtime;
    const [list, listed, show, shown] = await Promise.all([
      run('list'),
      json('list'),
      run('show', 'dev'),
      json('show', 'dev'),
    ]);

    assertPrints(list, new RegExp(`^Count: \\d[^]+\ndev +${url}`));
    const profiles = listed as { profile: string; host: string }[];
    assert.deepEqual(
      profiles.find(({ profile }) => profile === 'dev'),
      { profile: 'dev', host: url },
    );
    assertPrints(show, new RegExp(`^token +${station().tokenOf('dev')}`, 'm'));
    assert.deepEqual(shown, {
      name: 'dev',
      email: owner.email,
      token: station().tokenOf('dev'),
      host: url,
      identityProvider: { id: 'Kinvey', name: 'Kinvey' },
    });
  });

  it('use makes one the active one, which show and login then mean', async () => {
    assertFails(await run('show'), /ProfileNotFound: Active profile is not set\./);

    assertPrints(await run('use', 'dev'), /^Active profile: dev\n$/);

    assert.deepEqual(await json('use', 'dev'), { id: 'dev' });
    assertPrints(await run('show'), /^name +dev/m);
  });

  it('login takes a new token and keeps the rest', async () => {
    const before = station().tokenOf('dev');

    const login = await station().cli.answer([['Password', owner.password]], 'profile', 'login');

    assert.match(login.stdout, /Updated profile: dev/);
    assert.notEqual(station().tokenOf('dev'), before);
    assert.equal(await isSignedIn(station().tokenOf('dev')), true);
  });

  it('login fails with a wrong password and keeps the token', async () => {
    const before = station().tokenOf('dev');

    const login = await station().cli.answer([['Password', 'x']], 'profile', 'login', 'dev');

    assert.equal(login.code, 1);
    assert.match(login.stdout, /InvalidCredentials: Invalid e-mail and\/or password\./);
    assert.equal(station().tokenOf('dev'), before);
  });

  it('delete removes one and ends its session', async () => {
    await station().createProfile('gone');
    const token = station().tokenOf('gone');

    assertPrints(await run('delete', 'gone'), /^Deleted profile: gone\n$/);

    assert.equal(await isSignedIn(token), false);
    await station().createProfile('gone');
    assert.deepEqual(await json('delete', 'gone'), { id: 'gone' });
  });

  it('show, use, login and delete fail for one that does not exist', async () => {
    const commands = ['show', 'use', 'login', 'delete'];

    const results = await Promise.all(commands.map((command) => run(command, 'nobody')));

    results.forEach((result) => assertFails(result, /^\[error\] ProfileNotFound: /));
  });

  it('delete and login fail without a name while none is active', async () => {
    const newcomer = station().newcomer('nameless');

    const [deleted, login] = await Promise.all([
      newcomer.run('profile', 'delete'),
      newcomer.run('profile', 'login'),
    ]);

    assertFails(deleted, /^\[error\] ItemNotSpecified: /);
    assertFails(login, /^\[error\] ItemNotSpecified: /);
  });

  it('is not needed with e-mail and password on the command line, which sign out again', async () => {
    const newcomer = station().newcomer('lonely');

    const listed = await newcomer.run('org', 'list', ...station().credentials());

    assertPrints(listed, /My Organization/);
    assertFails(await newcomer.run('org', 'list'), /You must be authenticated\./);
  });

  it('is told to sign in again when its token is not valid any more', async () => {
    const expired = station().newcomer('expired');
    const session = readFileSync(path.join(station().folder, 'home/.kinvey-cli'), 'utf8');
    const changed = session.replaceAll(station().tokenOf('dev'), 'f'.repeat(64));
    writeFileSync(path.join(station().folder, 'expired/.kinvey-cli'), changed);

    const listed = await expired.run('org', 'list');

    assertFails(listed, /InvalidCredentials: Authorization token invalid or expired\./);
    assert.match(listed.stderr, /kinvey profile login/);
  });
});
