/** An object of the wire that has text under each of these keys, else undefined. */
export function readObject<T extends object>(
  value: unknown,
  ...keys: readonly (keyof T & string)[]
): T | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  const facts: Record<string, unknown> = { ...value };
  return keys.every((key) => typeof facts[key] === 'string') ? (value as T) : undefined;
}

/** A list of such objects, undefined when one of them is something else. */
export function readList<T extends object>(
  value: unknown,
  ...keys: readonly (keyof T & string)[]
): T[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const items = value.map((item) => readObject<T>(item, ...keys));
  return items.every((item) => item !== undefined) ? items : undefined;
}
