import type { Row } from './database';

/** A text column that is never null. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') {
    throw new TypeError(`Column ${column} holds no text`);
  }
  return value;
}

/** A text column, undefined where it is null. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') {
    throw new TypeError(`Column ${column} holds no number`);
  }
  return value;
}

/** A column of JSON. Only its own store writes it, which is why that store may name its shape. */
export function json(row: Row, column: string): unknown {
  return JSON.parse(text(row, column));
}
