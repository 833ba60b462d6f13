import type { Context } from 'mocha';
import { runInOwnProcess } from './ownProcess';

const mark = 'TEST_FILE_LIMIT';
/** In blocks of 512 or 1024 bytes, as the shell likes. */
const starter = ['sh', '-c', 'ulimit -f 200 && exec "$0" "$@"'];

/**
 * Runs the test that asks once more, in a process of its own that can write no file larger than
 * 100 to 200 KB, which needs no rights; answers whether this is that process. `file`: of the test.
 */
export function underFileLimit(test: Context, file: string): boolean {
  const isLimited = process.env[mark] === '1';
  if (isLimited) {
    // write-file-atomic leaves it at what it does unless somebody listens: to end the process.
    process.on('SIGXFSZ', () => undefined);
  } else {
    runInOwnProcess(test, file, { mark, starter });
  }
  return isLimited;
}
