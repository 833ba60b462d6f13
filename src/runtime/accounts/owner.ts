import { writeFileSync } from 'node:fs';
import { createPassword, hashPassword, verifyPassword } from './passwords';
import type { AccountStore } from '../store/accountStore';

export interface OwnerSettings {
  readonly email?: string;
  readonly password?: string;
  /** Where a password that was made here is written, readable by its owner only. */
  readonly file: string;
}

/** Makes sure that somebody can sign in, and that a given password is the one that works. */
export async function ensureOwner(accounts: AccountStore, settings: OwnerSettings): Promise<void> {
  if (settings.email === undefined && !accounts.isEmpty()) {
    return;
  }
  const email = settings.email ?? 'owner@flexservice.local';
  const known = accounts.findByEmail(email);
  if (known) {
    await adoptPassword(accounts, known, settings.password);
    return;
  }
  const password = settings.password ?? createPassword();
  accounts.create({ email, ...nameOf(email), password: await hashPassword(password) });
  if (settings.password === undefined) {
    writeFileSync(settings.file, `${JSON.stringify({ email, password }, null, 2)}\n`, {
      mode: 0o600,
    });
  }
}

async function adoptPassword(
  accounts: AccountStore,
  account: { id: string; password: string },
  password: string | undefined,
): Promise<void> {
  if (password !== undefined && !(await verifyPassword(password, account.password))) {
    accounts.setPassword(account.id, await hashPassword(password));
  }
}

/** jane.doe@example.com is Jane Doe. The CLI names a deployer only if both names are there. */
export function nameOf(email: string): { firstName?: string; lastName?: string } {
  const words = (email.split('@')[0] ?? '').split(/[._-]+/).filter((word) => word !== '');
  const [firstName, ...rest] = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return { firstName, lastName: rest.length > 0 ? rest.join(' ') : undefined };
}
