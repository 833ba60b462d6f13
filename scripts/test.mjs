// placeholder: unit only for now
import { spawnSync } from 'node:child_process';
import { buildEntries, buildProduct } from './build.mjs';
const [kind = 'unit', only = ''] = process.argv.slice(2);
if (kind !== 'unit') await buildProduct();
const files = (await buildEntries(`test/${kind}/**/*.test.ts`)).filter((f) => f.includes(only));
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/mocha/bin/mocha.js',
    '--enable-source-maps',
    '--reporter',
    'dot',
    '--timeout',
    '60000',
    ...files,
  ],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
