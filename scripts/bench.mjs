// node scripts/bench.mjs runtime [ingress restart]: a benchmark of test/bench, whole or some of its
// parts. JSON lines on stdout, everything else on stderr.
import './node24.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildEntries, buildProduct } from './build.mjs';
import { packageExtension } from './package.mjs';

/** What each benchmark is about, as it is shipped; answers variables that tell where it lies. */
const prepare = {
  activation: async () => ({ TEST_VSIX: await packageExtension() }),
  runtime: shipped,
  deploy: shipped,
};

async function shipped() {
  await buildProduct({ production: true });
  return {};
}

const [name, ...parts] = process.argv.slice(2);
if (!(name in prepare)) throw new Error(`${name} is none of ${Object.keys(prepare).join(', ')}`);
const env = { ...process.env, ...(await prepare[name]()) };
// The benchmark itself comes first; what it starts as a process lies below.
const [entry] = await buildEntries(`test/bench/${name}{,/*}.ts`);
const child = spawn(process.execPath, ['--enable-source-maps', entry, ...parts], {
  stdio: 'inherit',
  env,
});
const [code] = await once(child, 'close');
process.exitCode = code ?? 1;
