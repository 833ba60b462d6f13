import type { Event } from '../base/event';

/**
 * Where secrets lie: VS Code's SecretStorage or the keychain of the operating system. Shared by all
 * windows.
 */
export interface SecretStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
  /** The key that was set or deleted, by this window or another. */
  readonly onDidChange: Event<string>;
}
