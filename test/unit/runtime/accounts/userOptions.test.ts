import assert from 'node:assert/strict';
import { parseUserOptions } from '../../../../src/runtime/accounts/userOptions';

describe('parseUserOptions', () => {
  const read = (...args: string[]) => parseUserOptions(args).command;
  const email = 'ann@example.com';

  it('reads every command', () => {
    assert.deepEqual(read('list'), { action: 'list' });
    assert.deepEqual(read('remove', email), { action: 'remove', email });
    assert.deepEqual(read('reset', email, '--password-stdin'), {
      action: 'reset',
      email,
      passwordFromStdin: true,
    });
    assert.deepEqual(read('two-factor', email, 'off'), { action: 'two-factor', email, on: false });
    assert.deepEqual(read('add', email, '--name', 'Ann Lee', '--two-factor'), {
      action: 'add',
      email,
      name: 'Ann Lee',
      twoFactor: true,
      passwordFromStdin: false,
    });
    assert.deepEqual(read('add', '--help'), { action: 'help' });
    assert.equal(parseUserOptions(['list', '--data', 'x']).data, 'x');
  });

  it('refuses what is missing, too much or unknown', () => {
    const refused = [
      [],
      ['list', email],
      ['add'],
      ['add', 'ann'],
      ['add', 'a@b@c'],
      ['add', email, 'secret'],
      ['add', email, '--password', 'secret'],
      ['two-factor', email],
      ['two-factor', email, 'maybe'],
      ['two-factor', email, 'on', 'off'],
      ['promote', email],
    ];
    for (const args of refused) {
      assert.throws(() => read(...args), { code: 'invalidInput' }, args.join(' '));
    }
  });
});
