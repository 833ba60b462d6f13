// The kinds of checks that scripts/test.mjs runs, each a function of {only, live, shipped} that
// answers {passed, failed, skipped, output}.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildEntries, buildProduct, buildSuite } from './build.mjs';
import { packageExtension } from './package.mjs';
import { withServicePort } from './portLock.mjs';
import { installTestHost } from './testHost.mjs';

const root = path.resolve(import.meta.dirname, '..');
const longestMs = 15 * 60_000;
const running = new Set();

export const kinds = {
  lint: (run) => check('npm', ['run', '--silent', 'lint'], run),
  types: (run) => check('npm', ['run', '--silent', 'check'], run),
  unit: (run) => mocha('unit', run),
  // Two at a time: what one waits for, a process that starts, leaves the other core free.
  compat: (run) => mocha('compat', { ...run, jobs: 2 }),
  crash,
  sdk: (run) => withServicePort(() => mocha('sdk', run)),
  integration: (run) => withServicePort(() => integration(run)),
  ui: (run) => withServicePort(() => ui(run)),
};

export function stopAll() {
  for (const child of running) child.kill('SIGTERM');
}

/** A command that either passes or fails. */
async function check(command, args, { live }) {
  const { code, output } = await execute(command, args, { live });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], output };
}

/** Each file a bundle of its own, all in one process, or each in one of `jobs` processes. */
async function mocha(kind, { only, live, shipped, env, jobs }) {
  if (!shipped) await buildProduct();
  const files = (await buildEntries(`test/${kind}/**/*.test.ts`)).filter((file) =>
    path.relative(root, file).includes(only),
  );
  if (files.length === 0) return nothing(only);
  const options = ['--timeout', '180000', '--reporter', reporter];
  const parallel = jobs ? ['--parallel', '--jobs', String(jobs)] : [];
  // Node.js' own option comes before mocha, which would start another process for it.
  const command = ['--enable-source-maps', 'node_modules/mocha/bin/mocha.js'];
  const args = [...command, ...options, ...parallel, ...grep(), ...files];
  return count((result) =>
    execute(process.execPath, args, { live, env: { ...env, TEST_RESULT: result } }),
  );
}

/** So many kills of the runtime at points that a seed chooses: always the same ones unless told. */
function crash({ count = '20', seed = '1', ...run }) {
  return mocha('crash', { ...run, env: { CRASH_COUNT: count, CRASH_SEED: seed } });
}

/** Inside the extension host, with dist/ of the checkout or the packaged extension. */
async function integration({ only, live, shipped }) {
  if (!shipped) await buildProduct();
  if (!process.env.VSCODE_EXECUTABLE) await installTestHost();
  const suite = path.join(root, 'out/test/integration/suite.js');
  const files = await buildSuite('test/integration/**/*.test.ts', only, suite);
  if (files.length === 0) return nothing(only);
  await buildEntries('test/integration/index.ts');
  const [launcher] = await buildEntries('test/support/runIntegration.ts');
  const env = shipped ? { TEST_VSIX: shipped } : {};
  return count((result) =>
    execute(process.execPath, ['--enable-source-maps', launcher], {
      live,
      env: { ...env, TEST_RESULT: result },
    }),
  );
}

async function ui(run) {
  await installTestHost();
  const shipped = run.shipped ?? (await packageExtension());
  return mocha('ui', { ...run, shipped, env: { TEST_VSIX: shipped } });
}

const reporter = path.join(root, 'scripts/reporter.cjs');

function grep() {
  return process.env.MOCHA_GREP ? ['--grep', process.env.MOCHA_GREP] : [];
}

function nothing(only) {
  throw new Error(`no test file has '${only}' in its path`);
}

/** Runs something that writes its counts to a file; no file, or nothing run, is a failure. */
async function count(run) {
  const folder = mkdtempSync(path.join(tmpdir(), 'flexservice-result-'));
  const result = path.join(folder, 'result.json');
  try {
    const { code, output } = await run(result);
    const { passed, failed, skipped } = readResult(result);
    const silent = failed === 0 && (code !== 0 || passed + skipped.length === 0);
    const failures = silent ? 1 : failed;
    return { passed, failed: failures, skipped, output: output + (silent ? endOf(code) : '') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: [] };
  }
}

function endOf(code) {
  return code === 0 ? 'no test was run\n' : `ended with code ${code} before its tests did\n`;
}

/** Collects what is printed; `live` also shows it at once. */
function execute(command, args, { live, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    const collect = (stream) => (data) => {
      const text = stream.isTTY ? data : stripVTControlCharacters(data);
      output += text;
      if (live) stream.write(text);
    };
    child.stdout.setEncoding('utf8').on('data', collect(process.stdout));
    child.stderr.setEncoding('utf8').on('data', collect(process.stderr));
    const timer = setTimeout(() => {
      output += `stopped after ${longestMs / 60_000} minutes\n`;
      child.kill('SIGKILL');
    }, longestMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}
