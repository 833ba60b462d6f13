import { accountId, type Account } from './account';

/** What one secret holds: an account and the token of its session. */
export interface AccountRecord {
  account: Account;
  token: string;
}

const version = 1;
const keyPrefix = 'flexservice.account.';

/** The secret's key; it names the account, so that a list of keys is a list of accounts. */
export function recordKey(id: string): string {
  return keyPrefix + id;
}

export function isRecordKey(key: string): boolean {
  return key.startsWith(keyPrefix);
}

export function serializeRecord({ account, token }: AccountRecord): string {
  const { email, instance } = account;
  return JSON.stringify({ version, email, instance, token });
}

/** Undefined for what another version or another hand has written. */
export function parseRecord(text: string): AccountRecord | undefined {
  const envelope = parseJson(text);
  if (typeof envelope !== 'object' || envelope === null) {
    return undefined;
  }
  const { version: found, email, instance, token } = envelope as Record<string, unknown>;
  if (
    found !== version ||
    typeof email !== 'string' ||
    typeof instance !== 'string' ||
    typeof token !== 'string'
  ) {
    return undefined;
  }
  return { account: { id: accountId(email, instance), email, instance }, token };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the secret.
    return undefined;
  }
}
