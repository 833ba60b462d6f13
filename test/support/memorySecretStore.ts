import { Emitter } from '../../src/core/base/event';
import type { SecretStore } from '../../src/core/accounts/secretStore';

/** Secrets in memory, answering late as a real store does; several stores on it are several windows. */
export class MemorySecretStore implements SecretStore {
  readonly secrets = new Map<string, string>();
  private readonly changes = new Emitter<string>();
  readonly onDidChange = this.changes.event;

  async get(key: string): Promise<string | undefined> {
    await turn();
    return this.secrets.get(key);
  }

  async set(key: string, value: string): Promise<void> {
    await turn();
    this.secrets.set(key, value);
    this.changes.fire(key);
  }

  async delete(key: string): Promise<void> {
    await turn();
    this.secrets.delete(key);
    this.changes.fire(key);
  }

  async keys(): Promise<readonly string[]> {
    await turn();
    return [...this.secrets.keys()];
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
