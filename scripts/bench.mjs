// Runs a benchmark of test/bench: JSON lines on stdout, everything else on stderr.
import './node24.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildEntries } from './build.mjs';
import { packageExtension } from './package.mjs';

const [name] = process.argv.slice(2);
const [entry] = await buildEntries(`test/bench/${name}.ts`);
if (!entry) throw new Error(`there is no benchmark ${name}`);
const child = spawn(process.execPath, ['--enable-source-maps', entry], {
  stdio: 'inherit',
  env: { ...process.env, TEST_VSIX: await packageExtension() },
});
const [code] = await once(child, 'close');
process.exitCode = code ?? 1;
