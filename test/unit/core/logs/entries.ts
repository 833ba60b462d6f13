import type { LogEntry } from '../../../../src/core/kinvey/apiTypes';

const start = Date.parse('2026-01-02T03:04:05.000Z');
/** The time of an entry, so many milliseconds after the first. */
export const iso = (ms: number) => new Date(start + ms).toISOString();

/** Each line of a process' output an entry of its own, as the runtime of an instance takes them. */
export function raw(output: string, { container = 'c1', at = 0 } = {}): LogEntry[] {
  return output.split('\n').map((message, index) => ({
    _id: `${container} ${at} ${index}`,
    containerId: container,
    timestamp: iso(at + index),
    threshold: null,
    message,
  }));
}

/** What a service logged by the SDK, with its level. */
export function logged(threshold: string, message: unknown, at = 0): LogEntry {
  const _id = `${threshold} ${at}`;
  return { _id, containerId: 'c1', timestamp: iso(at), threshold, message };
}

/** A script that did not load, as Node.js ends with it. */
export const referenceError = `/app/handlers/orders.js:3
  return foo.bar(x);
  ^

ReferenceError: foo is not defined
    at boot (/app/handlers/orders.js:3:3)
    at Object.<anonymous> (/app/index.js:5:1)
    at Module._compile (node:internal/modules/cjs/loader:1929:14)
    at Object..js (node:internal/modules/cjs/loader:2060:10)
    at node:internal/main/run_main_module:33:47

Node.js v24.21.0`;
