import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database, Row } from './database';
import { integer, optionalText, text } from './row';

/** A person who may sign in at this runtime. */
export interface RuntimeAccount {
  readonly id: string;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
}

export interface StoredAccount extends RuntimeAccount {
  /** Salted scrypt hash, see api/passwords.ts. */
  readonly password: string;
}

/** Accounts and their sessions. Tokens are kept as SHA-256 only, so the file gives no session away. */
export class AccountStore {
  constructor(
    private readonly database: Database,
    private readonly tokenLifeMs: number,
  ) {}

  create(account: Omit<StoredAccount, 'id'>): void {
    this.database.run(
      'INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)',
      randomUUID(),
      account.email,
      account.firstName ?? null,
      account.lastName ?? null,
      account.password,
      Date.now(),
    );
  }

  isEmpty(): boolean {
    return this.database.get('SELECT 1 AS found FROM accounts LIMIT 1') === undefined;
  }

  findByEmail(email: string): StoredAccount | undefined {
    const row = this.database.get('SELECT * FROM accounts WHERE email = ?', email);
    return row && { ...toAccount(row), password: text(row, 'password') };
  }

  setPassword(id: string, password: string): void {
    this.database.run('UPDATE accounts SET password = ? WHERE id = ?', password, id);
  }

  /** Mints a token of its own for each sign-in: an older session goes on (contract T4). */
  openSession(accountId: string): string {
    this.database.run('DELETE FROM tokens WHERE expires_at <= ?', Date.now());
    const token = randomBytes(32).toString('hex');
    const expiresAt = Date.now() + this.tokenLifeMs;
    this.database.run('INSERT INTO tokens VALUES (?, ?, ?)', hash(token), accountId, expiresAt);
    return token;
  }

  findByToken(token: string): RuntimeAccount | undefined {
    const row = this.database.get(
      'SELECT a.*, t.expires_at FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE t.hash = ?',
      hash(token),
    );
    return row && integer(row, 'expires_at') > Date.now() ? toAccount(row) : undefined;
  }

  closeSession(token: string): void {
    this.database.run('DELETE FROM tokens WHERE hash = ?', hash(token));
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
