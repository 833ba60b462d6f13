import type { SharedMemory } from '../../src/core/base/memory';

/** A memory as the editor's: what comes back went through JSON. `texts` outlives a reload. */
export function createJsonMemory(texts = new Map<string, string>()): SharedMemory {
  return {
    get: (key) => {
      const text = texts.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    set: (key, value) => {
      if (value === undefined) {
        texts.delete(key);
      } else {
        texts.set(key, JSON.stringify(value));
      }
      return Promise.resolve();
    },
    add: (key, value) => {
      const isNew = !texts.has(key);
      if (isNew) {
        texts.set(key, JSON.stringify(value));
      }
      return Promise.resolve(isNew);
    },
  };
}
