// node scripts/test.mjs                     every check; quiet where all is well
// node scripts/test.mjs unit [core/deploy]  one kind, live; of it the files with that in their path
// node scripts/test.mjs crash --count 200 --seed 7
// MOCHA_GREP narrows to tests by their title.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isNode24, runOnNode24 } from './node24.mjs';

/**
 * What runs services without the runtime does so on the SDK's fixed port 10001, and so runs one
 * after the other. The longest come first, so that both lanes end at about the same time.
 */
const turns = [['ui', 'integration', 'sdk'], ['compat'], ['lint'], ['unit'], ['crash'], ['types']];

if (isNode24()) await main();
else await runOnNode24();

async function main() {
  const { kinds, stopAll } = await import('./testKinds.mjs');
  const { packageExtension } = await import('./package.mjs');
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      stopAll();
      process.exit(130);
    });
  }
  // So that whatever a test starts as `node` is the one that the tests run on.
  const root = path.resolve(import.meta.dirname, '..');
  const bin = path.join(root, 'node_modules/.bin');
  process.env.PATH = bin + path.delimiter + process.env.PATH;
  // The same programs start hundreds of times: kinvey-cli, npm, the runtime.
  process.env.NODE_COMPILE_CACHE = path.join(root, 'out/compile-cache');

  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { count: { type: 'string' }, seed: { type: 'string' } },
  });
  const [kind, only = ''] = positionals;
  if (kind && !(kind in kinds)) {
    console.error(`${kind} is none of ${Object.keys(kinds).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const results = kind
    ? [await report(kind, kinds[kind], { ...values, only, live: true })]
    : await runAll(kinds, await packageExtension());
  const sum = (what) => results.reduce((total, result) => total + result[what], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

/** Two lanes for two cores, each taking the next turn when it is free. What is packaged is tested. */
async function runAll(kinds, shipped) {
  const left = [...turns];
  const results = [];
  const lane = async () => {
    for (let turn = left.shift(); turn; turn = left.shift()) {
      for (const name of turn) {
        results.push(await report(name, kinds[name], { only: '', live: false, shipped }));
      }
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}

async function report(name, run, options) {
  const start = Date.now();
  const { passed, failed, skipped, output } = await attempt(run, options);
  if (failed > 0 && !options.live) process.stdout.write(output);
  for (const { title, reason } of skipped) console.log(`  skipped: ${title} (${reason})`);
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
  return { passed, failed };
}

/** A kind that cannot even start is one failure, and the others still run. */
async function attempt(run, options) {
  try {
    return await run(options);
  } catch (error) {
    const output = `${error.message}\n`;
    if (options.live) process.stderr.write(output);
    return { passed: 0, failed: 1, skipped: [], output };
  }
}
