import path from 'node:path';
import Mocha from 'mocha';
import { checkout } from '../support/checkout';

/** What VS Code's extension host calls, under code-server as on a desktop. */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    grep: process.env.MOCHA_GREP,
    color: false,
    forbidOnly: process.env.FORBID_ONLY === '1',
    reporter: path.join(checkout, 'scripts/reporter.cjs'),
  });
  mocha.addFile(path.join(__dirname, 'suite.js'));
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
