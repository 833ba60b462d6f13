import assert from 'node:assert/strict';
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { hashPassword } from '../../../../src/runtime/accounts/passwords';
import { SignIn } from '../../../../src/runtime/accounts/signIn';
import { createTwoFactor } from '../../../../src/runtime/accounts/twoFactor';
import { AccountStore } from '../../../../src/runtime/store/accountStore';
import { Database } from '../../../../src/runtime/store/database';
import { useTempFolder } from '../../../support/tempFolder';

const email = 'ann@example.com';
const password = 'correct horse';
const here = '192.0.2.1';

describe('SignIn', () => {
  const folder = useTempFolder();
  let database: Database;
  let accounts: AccountStore;
  let signIn: SignIn;

  beforeEach(async () => {
    database = new Database(path.join(folder(), 'runtime.db'));
    accounts = new AccountStore(database, 60_000);
    accounts.create({ email, password: await hashPassword(password) });
    signIn = new SignIn(accounts, {
      signInAttempts: 3,
      signInAttemptsPerAddress: 5,
      signInWindowMs: 60_000,
    });
  });

  afterEach(() => database.close());

  const open = (more: object = {}, address = here) =>
    signIn.open({ email, password, ...more }, address);
  const fails = (code: string, more: object, address?: string) =>
    assert.rejects(open(more, address), { code });
  const wrong = (times: number, more: object = {}, address?: string) =>
    Promise.all(
      Array.from({ length: times }, () =>
        fails('InvalidCredentials', { password: 'wrong', ...more }, address),
      ),
    );

  it('opens a session of the account, however its e-mail is spelled', async () => {
    const { token, ...rest } = await open({ email: 'ANN@example.com' });

    assert.deepEqual(rest, { email });
    assert.equal(accounts.findByToken(token)?.email, email);
  });

  describe('limits', () => {
    it('the failures of one account, wherever they come from, and tells when to come back', async () => {
      await wrong(2);
      await wrong(1, { email: 'ANN@EXAMPLE.COM' }, '192.0.2.2');

      await assert.rejects(open({}, '192.0.2.3'), (error: Error) => {
        const { status, code, retryAfterSeconds } = error as unknown as Record<string, unknown>;
        assert.deepEqual([status, code], [429, 'TooManyAttempts']);
        assert.ok(Number(retryAfterSeconds) > 0 && Number(retryAfterSeconds) <= 60);
        return true;
      });
    });

    it('those of an e-mail address without an account in the same way', async () => {
      await wrong(3, { email: 'bob@example.com' });

      await fails('TooManyAttempts', { email: 'bob@example.com' });
      await open();
    });

    it('attempts that come all at once', async () => {
      const attempts = Array.from({ length: 20 }, () => open({ password: 'wrong' }));
      const outcomes = await Promise.allSettled(attempts);
      const codes = outcomes.map((outcome) =>
        outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'opened',
      );

      assert.equal(codes.filter((code) => code === 'InvalidCredentials').length, 3);
    });

    it('the failures of one address, whatever the accounts', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        await wrong(1, { email: `${name}@example.com` });
      }

      await fails('TooManyAttempts', {});
      await open({}, '192.0.2.2');
    });

    it('nobody any more who got another password', async () => {
      await wrong(3);
      await fails('TooManyAttempts', {});

      const { id = '' } = accounts.findByEmail(email) ?? {};
      accounts.setPassword(id, await hashPassword('another one'));

      assert.equal((await open({ password: 'another one' })).email, email);
    });

    it('no successes: they wipe out the failures before', async () => {
      for (let round = 0; round < 4; round++) {
        await wrong(1);
        await open();
      }
    });
  });

  describe('with two factors', () => {
    let secret: string;

    beforeEach(() => {
      secret = createTwoFactor(email).secret;
      accounts.setTwoFactor(accounts.findByEmail(email)?.id ?? '', secret);
    });

    const code = (stepsFromNow = 0) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({
        timestamp: Date.now() + stepsFromNow * 30_000,
      });

    it('asks for the code once the password is right, and takes it', async () => {
      await fails('InvalidTwoFactorAuth', {});
      await fails('InvalidTwoFactorAuth', { twoFactorToken: '' });

      assert.equal((await open({ twoFactorToken: code() })).email, email);
    });

    it('does not tell with a wrong password that there is a code', async () => {
      await fails('InvalidCredentials', { password: 'wrong', twoFactorToken: code() });
    });

    it('takes a code once', async () => {
      const twoFactorToken = code();
      await open({ twoFactorToken });

      await fails('InvalidTwoFactorAuth', { twoFactorToken });
    });

    it('takes a code once also when it comes twice at the same time', async () => {
      const twoFactorToken = code();
      const outcomes = await Promise.allSettled([
        open({ twoFactorToken }),
        open({ twoFactorToken }),
      ]);

      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    });

    it('takes none that is older than one that was taken', async () => {
      const older = code(-1);
      await open({ twoFactorToken: code() });

      await fails('InvalidTwoFactorAuth', { twoFactorToken: older });
    });

    it('limits wrong codes, also for whoever knows the password', async () => {
      for (let round = 0; round < 3; round++) {
        await fails('InvalidTwoFactorAuth', { twoFactorToken: code(5) });
        if (round < 2) {
          await fails('InvalidTwoFactorAuth', {});
        }
      }

      await fails('TooManyAttempts', { twoFactorToken: code() });
    });
  });

  it('opens no session with a password that was replaced meanwhile', async () => {
    const before = accounts.findByEmail(email);
    accounts.setPassword(before?.id ?? '', await hashPassword('another one'));

    assert.equal(before && accounts.openSession(before), undefined);
    await fails('InvalidCredentials', {});
  });
});
