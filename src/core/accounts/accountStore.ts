import { DisposableStore, type Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { Log } from '../base/log';
import type { Account } from './account';
import {
  isRecordKey,
  parseRecord,
  recordKey,
  serializeRecord,
  type AccountRecord,
} from './accountRecord';
import type { SecretStore } from './secretStore';

export interface AccountsChange {
  added: readonly Account[];
  removed: readonly Account[];
  /** Those with a new session. */
  changed: readonly Account[];
}

/**
 * The signed-in accounts, one secret each. The secret store is asked every time, since other
 * windows write to it too; what is kept here only serves to tell what changed.
 */
export class AccountStore implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<AccountsChange>());
  /** By the secret's key; undefined until the secrets were read for the first time. */
  private known?: Map<string, AccountRecord>;
  private lastTurn: Promise<unknown> = Promise.resolve();

  /** Fires also for what another window did. */
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly secrets: SecretStore,
    private readonly log: Log,
  ) {
    this.owned.add(secrets.onDidChange((key) => void this.follow(key)));
  }

  /** By e-mail and instance. Records that cannot be read are left out. */
  list(): Promise<readonly Account[]> {
    return this.inTurn(async (known) => {
      const records = await this.readAll();
      for (const key of new Set([...known.keys(), ...records.keys()])) {
        this.compare(known, key, records.get(key));
      }
      return [...records.values()].map(({ account }) => account);
    });
  }

  async find(id: string): Promise<Account | undefined> {
    return (await this.read(recordKey(id)))?.account;
  }

  async token(id: string): Promise<string | undefined> {
    return (await this.read(recordKey(id)))?.token;
  }

  /** Adds the account, or gives it the token of a new session. */
  save(account: Account, token: string): Promise<void> {
    const key = recordKey(account.id);
    return this.inTurn(async (known) => {
      await this.secrets.set(key, serializeRecord({ account, token }));
      this.compare(known, key, { account, token });
    });
  }

  remove(id: string): Promise<void> {
    const key = recordKey(id);
    return this.inTurn(async (known) => {
      await this.secrets.delete(key);
      this.compare(known, key, undefined);
    });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async follow(key: string): Promise<void> {
    if (!isRecordKey(key)) {
      return;
    }
    try {
      await this.inTurn(async (known) => this.compare(known, key, await this.read(key)));
    } catch (error) {
      this.log.warn('accounts: what another window changed could not be read', error);
    }
  }

  /** One after the other, so that an older reading never overtakes a newer one. */
  private inTurn<T>(task: (known: Map<string, AccountRecord>) => Promise<T>): Promise<T> {
    const turn = this.lastTurn.then(async () => {
      this.known ??= await this.readAll();
      return task(this.known);
    });
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }

  private compare(
    known: Map<string, AccountRecord>,
    key: string,
    record: AccountRecord | undefined,
  ): void {
    const before = known.get(key);
    if (record === undefined) {
      known.delete(key);
    } else {
      known.set(key, record);
    }
    const change = changeOf(before, record);
    if (change !== undefined) {
      this.changes.fire({ added: [], removed: [], changed: [], ...change });
    }
  }

  private async readAll(): Promise<Map<string, AccountRecord>> {
    const records = new Map<string, AccountRecord>();
    for (const key of (await this.secrets.keys()).filter(isRecordKey).sort()) {
      const record = await this.read(key);
      if (record !== undefined) {
        records.set(key, record);
      }
    }
    return records;
  }

  private async read(key: string): Promise<AccountRecord | undefined> {
    const text = await this.secrets.get(key);
    const record = text === undefined ? undefined : parseRecord(text);
    const isOwn = record !== undefined && recordKey(record.account.id) === key;
    if (text !== undefined && !isOwn) {
      this.log.warn(`accounts: the secret ${key} is no account and is left alone`);
    }
    return isOwn ? record : undefined;
  }
}

function changeOf(
  before: AccountRecord | undefined,
  after: AccountRecord | undefined,
): Partial<AccountsChange> | undefined {
  if (after === undefined) {
    return before && { removed: [before.account] };
  }
  if (before === undefined) {
    return { added: [after.account] };
  }
  return before.token === after.token ? undefined : { changed: [after.account] };
}
