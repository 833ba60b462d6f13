import { createRequire } from 'node:module';
import type * as vscode from 'vscode';
import type { SecretStore } from '../core/accounts/secretStore';
import { Emitter } from '../core/base/event';
import type { Log } from '../core/base/log';

/** Keeps secrets where VS Code keeps them; other windows hear of every change. */
export class EditorSecretStore implements SecretStore {
  readonly onDidChange: SecretStore['onDidChange'];

  constructor(private readonly secrets: vscode.SecretStorage) {
    this.onDidChange = (listener) => secrets.onDidChange(({ key }) => listener(key));
  }

  async get(key: string): Promise<string | undefined> {
    return this.secrets.get(key);
  }

  async set(key: string, value: string): Promise<void> {
    await this.secrets.store(key, value);
  }

  async delete(key: string): Promise<void> {
    await this.secrets.delete(key);
  }

  async keys(): Promise<readonly string[]> {
    return this.secrets.keys();
  }
}

/** The part of keytar's API that we use. */
interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
  findCredentials(service: string): Promise<{ account: string }[]>;
}

/** Keeps secrets in the keychain of the operating system; other windows hear of it after a reload. */
export class KeychainSecretStore implements SecretStore {
  private readonly changed = new Emitter<string>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly keychain: Keychain) {}

  async get(key: string): Promise<string | undefined> {
    return (await this.keychain.getPassword('flexservice', key)) ?? undefined;
  }

  async set(key: string, value: string): Promise<void> {
    await this.keychain.setPassword('flexservice', key, value);
    this.changed.fire(key);
  }

  async delete(key: string): Promise<void> {
    await this.keychain.deletePassword('flexservice', key);
    this.changed.fire(key);
  }

  async keys(): Promise<readonly string[]> {
    return (await this.keychain.findCredentials('flexservice')).map(({ account }) => account);
  }
}

/** The store that the setting asks for; a keychain that cannot be loaded falls back to the editor's. */
export function createSecretStore(
  isKeychainWanted: boolean,
  secrets: vscode.SecretStorage,
  log: Log,
): SecretStore {
  const keychain = isKeychainWanted ? loadKeychain(log) : undefined;
  return keychain ? new KeychainSecretStore(keychain) : new EditorSecretStore(secrets);
}

/** keytar is native and optional: a missing or broken binary may never break activation. */
function loadKeychain(log: Log): Keychain | undefined {
  try {
    const load = createRequire(__filename);
    return load('keytar') as Keychain;
  } catch (error) {
    log.warn("secrets: no keychain here, the editor's storage is used instead", {
      reason: error instanceof Error ? error.message.split('\n', 1)[0] : undefined,
    });
    return undefined;
  }
}
