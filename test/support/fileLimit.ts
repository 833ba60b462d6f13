import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Context } from 'mocha';
import { checkout } from './checkout';

const isLimited = process.env.TEST_FILE_LIMIT === '1';

/**
 * Runs the test that asks once more, in a process of its own that can write no file larger than
 * 100 to 200 KB, which needs no rights; answers whether this is that process. `file`: of the test.
 */
export function underFileLimit(test: Context, file: string): boolean {
  if (isLimited) {
    // write-file-atomic leaves it at what it does unless somebody listens: to end the process.
    process.on('SIGXFSZ', () => undefined);
  } else {
    runLimited(test.runnable().fullTitle(), file);
  }
  return isLimited;
}

function runLimited(title: string, file: string): void {
  const mocha = path.join(checkout, 'node_modules/mocha/bin/mocha.js');
  const command = [process.execPath, mocha, '--reporter', 'dot', '--fgrep', title, file];
  const { status, stdout, stderr } = spawnSync(
    // In blocks of 512 or 1024 bytes, as the shell likes.
    ...(['sh', ['-c', 'ulimit -f 200 && exec "$0" "$@"', ...command]] as const),
    { env: environment(), encoding: 'utf8' },
  );
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /1 passing/);
}

/** Nothing that Node.js or mocha would write themselves. */
function environment(): NodeJS.ProcessEnv {
  const nothing = { NODE_COMPILE_CACHE: undefined, TEST_RESULT: undefined };
  return { ...process.env, ...nothing, TEST_FILE_LIMIT: '1' };
}
