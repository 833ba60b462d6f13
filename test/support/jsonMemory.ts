import type { SharedMemory } from '../../src/core/base/memory';

/** A memory as the editor's: what comes back went through JSON. `texts` outlives a reload. */
export function createJsonMemory(texts = new Map<string, string>()): SharedMemory {
  const get = (key: string): unknown => {
    const text = texts.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  };
  const put = (key: string, value: unknown) => {
    if (value === undefined) {
      texts.delete(key);
    } else {
      texts.set(key, JSON.stringify(value));
    }
  };
  return {
    get,
    set: (key, value) => {
      put(key, value);
      return Promise.resolve();
    },
    update: (key, change) => {
      const value = change(get(key));
      put(key, value);
      return Promise.resolve(value);
    },
  };
}
