import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database, Row } from './database';
import { KnownTokens } from './knownTokens';
import { integer, optionalText, text } from './row';

/** A person who may sign in at this runtime. */
export interface RuntimeAccount {
  readonly id: string;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
}

export interface StoredAccount extends RuntimeAccount {
  /** Salted scrypt hash, see accounts/passwords.ts. */
  readonly password: string;
  /** Base32 secret of the codes that a sign-in needs, see accounts/twoFactor.ts. */
  readonly twoFactor?: string;
}

/** Accounts and their sessions. Tokens are kept as SHA-256 only, so the file gives no session away. */
export class AccountStore {
  private readonly known = new KnownTokens();

  constructor(
    private readonly database: Database,
    private readonly tokenLifeMs: number,
  ) {}

  create(account: Omit<StoredAccount, 'id'>): void {
    this.database.run(
      `INSERT INTO accounts (id, email, first_name, last_name, password, two_factor, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      randomUUID(),
      account.email,
      account.firstName ?? null,
      account.lastName ?? null,
      account.password,
      account.twoFactor ?? null,
      Date.now(),
    );
  }

  /** In the order in which they were made: the first one is the owner. */
  list(): StoredAccount[] {
    return this.database.all('SELECT * FROM accounts ORDER BY created_at, rowid').map(toStored);
  }

  isEmpty(): boolean {
    return this.database.get('SELECT 1 AS found FROM accounts LIMIT 1') === undefined;
  }

  findByEmail(email: string): StoredAccount | undefined {
    const row = this.database.get('SELECT * FROM accounts WHERE email = ?', email);
    return row && toStored(row);
  }

  /** Its sessions end. */
  setPassword(id: string, password: string): void {
    this.database.transaction(() => {
      this.database.run('UPDATE accounts SET password = ? WHERE id = ?', password, id);
      this.closeSessions(id);
    });
  }

  /** Undefined: sign-ins need no code any more. Its sessions end. */
  setTwoFactor(id: string, secret: string | undefined): void {
    this.database.transaction(() => {
      this.database.run(
        'UPDATE accounts SET two_factor = ?, two_factor_step = NULL WHERE id = ?',
        secret ?? null,
        id,
      );
      this.closeSessions(id);
    });
  }

  /** A code is taken once: false where it, or a later one, was taken before. */
  useTwoFactorStep(id: string, step: number): boolean {
    return (
      this.database.run(
        'UPDATE accounts SET two_factor_step = ?1 WHERE id = ?2 AND coalesce(two_factor_step, -1) < ?1',
        step,
        id,
      ) === 1
    );
  }

  /** Its sessions end with it. */
  remove(id: string): void {
    this.known.forget();
    this.database.run('DELETE FROM accounts WHERE id = ?', id);
  }

  /**
   * Mints a token of its own for each sign-in: an older session goes on (contract T4). Undefined
   * where the account was removed, or got another password, since it was read.
   */
  openSession({ id, password }: StoredAccount): string | undefined {
    const now = Date.now();
    this.database.run('DELETE FROM tokens WHERE expires_at <= ?', now);
    const token = randomBytes(32).toString('hex');
    const opened = this.database.run(
      'INSERT INTO tokens SELECT ?, id, ? FROM accounts WHERE id = ? AND password = ?',
      hash(token),
      now + this.tokenLifeMs,
      id,
      password,
    );
    return opened === 1 ? token : undefined;
  }

  findByToken(token: string): RuntimeAccount | undefined {
    return this.known.find(token) ?? this.readToken(token);
  }

  private readToken(token: string): RuntimeAccount | undefined {
    const row = this.database.get(
      'SELECT a.*, t.expires_at FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE t.hash = ?',
      hash(token),
    );
    const expiresAt = row ? integer(row, 'expires_at') : 0;
    if (!row || expiresAt <= Date.now()) {
      return undefined;
    }
    const account = toAccount(row);
    this.known.remember(token, account, expiresAt);
    return account;
  }

  closeSession(token: string): void {
    this.known.forget();
    this.database.run('DELETE FROM tokens WHERE hash = ?', hash(token));
  }

  private closeSessions(accountId: string): void {
    this.known.forget();
    this.database.run('DELETE FROM tokens WHERE account_id = ?', accountId);
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function toAccount(row: Row): RuntimeAccount {
  return {
    id: text(row, 'id'),
    email: text(row, 'email'),
    firstName: optionalText(row, 'first_name'),
    lastName: optionalText(row, 'last_name'),
  };
}

function toStored(row: Row): StoredAccount {
  const password = text(row, 'password');
  return { ...toAccount(row), password, twoFactor: optionalText(row, 'two_factor') };
}
