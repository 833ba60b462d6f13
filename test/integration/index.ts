import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import Mocha from 'mocha';
import { checkout } from '../support/checkout';

/** What VS Code's extension host calls, under code-server as on a desktop. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    grep: process.env.MOCHA_GREP,
    color: false,
    reporter: path.join(checkout, 'scripts/reporter.cjs'),
  });
  mocha.addFile(path.join(__dirname, 'suite.js'));
  const failures = await runToEnd(mocha);
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** VS Code would tell of a file that does not load in its own log only. */
async function runToEnd(mocha: Mocha): Promise<number> {
  try {
    return await new Promise((resolve) => mocha.run(resolve));
  } catch (error) {
    const { TEST_LOG: log } = process.env;
    if (log) appendFileSync(log, `${inspect(error)}\n`);
    throw error;
  }
}
