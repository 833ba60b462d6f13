import type * as vscode from 'vscode';
import type { RememberedAccounts } from '../core/project/targetResolver';
import type { Memory } from '../core/base/memory';

/** What the editor itself remembers, as `core` knows it. */
export function memoryOf(memento: vscode.Memento): Memory {
  return {
    get: (key) => memento.get(key),
    set: async (key, value) => memento.update(key, value),
  };
}

/** Which account a folder was bound with, where the same e-mail is known at several instances. */
export function rememberedAccounts(memento: vscode.Memento): RememberedAccounts {
  const keyOf = (folder: string) => `binding.account:${folder}`;
  return {
    get: (folder) => memento.get<string>(keyOf(folder)),
    set: async (folder, accountId) => memento.update(keyOf(folder), accountId),
  };
}
