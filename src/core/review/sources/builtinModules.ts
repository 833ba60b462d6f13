import type { ImportProblem } from './packageChecks';
import type { ScriptImport } from './scriptImports';

/**
 * The first major version of Node.js that has it, in its last release and without an option of the
 * command line. Our own Node.js knows nothing of that; what is not in here is older.
 */
const newer: ReadonlyMap<string, number> = new Map([
  ...['async_hooks', 'http2', 'inspector', 'perf_hooks'].map((name) => [name, 8] as const),
  ['trace_events', 10],
  ['worker_threads', 12],
  ['diagnostics_channel', 14],
  ['fs/promises', 14],
  ...['assert/strict', 'dns/promises', 'path/posix', 'path/win32'].map(
    (name) => [name, 16] as const,
  ),
  ...['stream/consumers', 'stream/promises', 'stream/web'].map((name) => [name, 16] as const),
  ...['test', 'timers/promises', 'util/types'].map((name) => [name, 16] as const),
  ...['readline/promises', 'sea', 'test/reporters'].map((name) => [name, 18] as const),
  ...['inspector/promises', 'wasi'].map((name) => [name, 20] as const),
  ['sqlite', 22],
]);

/** These are read with `node:` only; without it they are packages. */
const prefixedOnly = /^(?:test|sea|sqlite)(?:\/|$)/;

/** What a Node.js of this major version does not have yet. */
export function builtinProblem(
  specifier: string,
  kind: ScriptImport['kind'],
  nodeMajor: number,
): ImportProblem | undefined {
  const isPrefixed = specifier.startsWith('node:');
  const name = specifier.replace(/^node:/, '');
  const sinceOwn = isPrefixed || !prefixedOnly.test(name) ? (newer.get(name) ?? 0) : 0;
  const since = Math.max(sinceOwn, isPrefixed ? prefixSince(kind) : 0);
  if (since <= nodeMajor) {
    return undefined;
  }
  const advice = sinceOwn <= nodeMajor ? `: write "${name}"` : '';
  const message = `which needs Node.js ${since}, and the service environment runs Node.js ${nodeMajor}${advice}.`;
  return { code: 'builtinMissing', message };
}

/** `require('node:fs')` came with 14.18, `import 'node:fs'` with 12.20. */
function prefixSince(kind: ScriptImport['kind']): number {
  return kind === 'import' ? 12 : 14;
}
