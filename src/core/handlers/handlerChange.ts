import type { Discovery } from './localService';

/** What differs between the handlers of two versions: `data orders`, `function price`, `auth sso`. */
export interface HandlerChange {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Undefined where one side is not known. */
export function handlerChange(before?: Discovery, after?: Discovery): HandlerChange | undefined {
  if (!before || !after) {
    return undefined;
  }
  const [old, now] = [namesOf(before), namesOf(after)];
  const removed = old.filter((name) => !now.includes(name));
  const added = now.filter((name) => !old.includes(name));
  return { removed, added };
}

function namesOf({ dataObjects, functions, auth }: Discovery): string[] {
  return [
    ...dataObjects.map((name) => `data ${name}`),
    ...functions.map((name) => `function ${name}`),
    ...auth.map((name) => `auth ${name}`),
  ];
}
