import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Context } from 'mocha';
import { checkout } from './checkout';

export interface OwnProcess {
  /** By which the test knows there that it runs in it. */
  readonly mark: string;
  /** What starts it: a command that takes a command. */
  readonly starter?: readonly string[];
}

/** Runs the test that asks once more, alone, in a process of its own; `file` is the test's. */
export function runInOwnProcess(test: Context, file: string, own: OwnProcess): void {
  const { mark, starter = [] } = own;
  const mocha = path.join(checkout, 'node_modules/mocha/bin/mocha.js');
  const title = test.runnable().fullTitle();
  const [program = '', ...words] = [
    ...starter,
    ...[process.execPath, mocha, '--reporter', 'dot', '--fgrep', title, file],
  ];
  const env = { ...process.env, ...writingNothing, [mark]: '1' };
  const { status, stdout, stderr } = spawnSync(program, words, { env, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /1 passing/);
}

/** Of Node.js or mocha themselves. */
const writingNothing = { NODE_COMPILE_CACHE: undefined, TEST_RESULT: undefined };
