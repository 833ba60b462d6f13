import type { SourceFile } from './sourceGraph';

/** An environment variable that a service asks for. */
export interface UsedVariable {
  readonly name: string;
  /** Of the first place: relative to the folder, with `/`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Whether the service gets along without it, wherever it asks for it. */
  readonly hasFallback: boolean;
}

/** Every process has them, or nobody sets them for a service. */
const givenAnyway =
  /^(?:NODE_.*|npm_.*|PATH|HOME|PWD|USER|TZ|LANG|TMPDIR|TEMP|TMP|HOSTNAME|CI|DEBUG)$/;

/** Sorted by name; without those that the service sets itself. */
export function usedVariablesOf(files: readonly SourceFile[]): UsedVariable[] {
  const assigned = new Set(files.flatMap(({ facts }) => facts.assigned));
  const used = new Map<string, UsedVariable>();
  for (const { path, facts } of files) {
    for (const { name, line, hasFallback } of facts.variables) {
      const known = used.get(name) ?? { name, file: path, line, hasFallback };
      used.set(name, { ...known, hasFallback: known.hasFallback && hasFallback });
    }
  }
  const asked = [...used.values()].filter(
    ({ name }) => !assigned.has(name) && !givenAnyway.test(name),
  );
  return asked.sort((a, b) => (a.name < b.name ? -1 : 1));
}
