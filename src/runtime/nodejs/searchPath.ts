import path from 'node:path';

/** The machine's PATH, with a Node.js, given by its executable, before all others. */
export function searchPath(executable?: string): string {
  const known = process.env.PATH ?? '';
  return executable === undefined ? known : `${path.dirname(executable)}${path.delimiter}${known}`;
}
