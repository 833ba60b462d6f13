import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * How a fuzz run goes: FUZZ_RUNS inputs (few unless told, as a part of the other tests) that
 * FUZZ_SEED chooses. A failure prints the seed and the smallest input that fails.
 */
export function fuzzRuns(few: number): { numRuns: number; seed: number; timeout: number } {
  const numRuns = Number(process.env.FUZZ_RUNS ?? few);
  const seed = Number(process.env.FUZZ_SEED ?? 1);
  return { numRuns, seed, timeout: 20_000 };
}

/** An answer that a caller can use: never a 5xx, and a refusal in the contract's form (2.2). */
export function assertAnswer(status: number, text: string): void {
  assert.ok(status < 500, `${status}: ${text}`);
  if (status < 400) return;
  const body = JSON.parse(text) as Record<string, unknown>;
  assert.equal(typeof body.code, 'string', text);
  assert.equal(typeof body.description, 'string', text);
  assert.deepEqual(
    Object.keys(body).filter((key) => !['code', 'description', 'errors'].includes(key)),
    [],
  );
  assert.doesNotMatch(text, /\bat .*\.[jt]s:\d+/, 'a stack is shown');
}

/** Everything below a folder but what lies in `except`: names, sizes, times, contents. */
export function snapshot(folder: string, except: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => file !== except && !file.startsWith(except + path.sep))
    .sort()
    .map((file) => {
      const { mode, mtimeMs, size } = statSync(file);
      const content = statSync(file).isFile() ? readFileSync(file, 'utf8') : '';
      return [
        file,
        mode,
        content === '' ? '' : mtimeMs,
        content === '' ? '' : size,
        content,
      ].join();
    });
}
