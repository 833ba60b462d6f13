// Installs a real VS Code for the tests, once, outside the checkout: the npm package code-server and
// the Node.js it needs; and a browser to drive it. Prints where: {"node","entry","chromium"}.
// With `editor` or `browser` as argument only that one.
import { spawn } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cached } from './cache.mjs';
import { ensureBrowser, ensureCompiler } from './systemPackages.mjs';

const codeServer = '4.139.1';
const node = '24.21.0';
const nodePackage = `node-linux-${process.arch}`;
const vscode = 'node_modules/code-server/lib/vscode';

/** Native modules that the editor uses in tests. sqlite3, kerberos and argon2 are never loaded. */
const native = [
  'node-pty',
  '@parcel/watcher',
  '@vscode/spdlog',
  '@vscode/native-watchdog',
  '@vscode/deviceid',
  '@vscode/fs-copyfile',
];

/** More than half of the installation, and no test touches it. */
const unused = [
  `${vscode}/node_modules/@github/copilot-sdk-linux-${process.arch}`,
  `${vscode}/node_modules/@microsoft/mxc-sdk`,
  `${vscode}/extensions/copilot`,
  `${vscode}/extensions/mermaid-markdown-features`,
  `node_modules/${nodePackage}/include`,
  `node_modules/${nodePackage}/share`,
];

/** Where VS Code is; installed first where it is missing (40 s). */
export async function installEditor(progress = tell) {
  if (process.platform !== 'linux') {
    throw new Error(
      `The VS Code for the browser runs on Linux only, and this is ${process.platform}: use Linux (a container will do); for \`npm run try\` a desktop VS Code's \`code\` on the PATH will do, for the integration tests VSCODE_EXECUTABLE.`,
    );
  }
  const name = `code-server-${codeServer}-node-${node}`;
  const folder = await cached(name, async (filling) => {
    ensureCompiler(progress);
    progress(`installing VS Code (code-server ${codeServer}), about 40 s, once`);
    await install(filling);
  });
  return {
    node: path.join(folder, `node_modules/${nodePackage}/bin/node`),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
}

/** Both; what tests need. */
export async function installTestHost(progress = tell) {
  return { ...(await installEditor(progress)), chromium: ensureBrowser(progress) };
}

async function install(folder) {
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  const npm = createNpm(folder);
  await npm(
    '.',
    'install',
    '--ignore-scripts',
    `${nodePackage}@${node}`,
    `code-server@${codeServer}`,
  );
  await npm(vscode, 'install', '--ignore-scripts', '--omit=dev');
  await npm(vscode, 'rebuild', ...native);
  await npm(`${vscode}/extensions`, 'install', '--ignore-scripts', '--omit=dev');
  for (const part of [...unused, ...otherPlatforms(folder)]) {
    rmSync(path.join(folder, part), { recursive: true, force: true });
  }
}

/** npm under the installed Node.js, whose headers native modules are built against. */
function createNpm(folder) {
  const bin = path.join(folder, 'node_modules/.bin');
  const env = {
    ...process.env,
    PATH: bin + path.delimiter + process.env.PATH,
    npm_config_nodedir: path.join(folder, 'node_modules', nodePackage),
  };
  // Set by an npm that runs us, and would point the nested one at our own project.
  delete env.npm_config_local_prefix;
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  return (cwd, ...args) => run('npm', [...args, ...quiet], { cwd: path.join(folder, cwd), env });
}

/** Quiet unless it fails. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (data) => (output += data);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} failed:\n${output.slice(-4000)}`));
    });
  });
}

/** ripgrep for systems that this is not. */
function otherPlatforms(folder) {
  const binaries = `${vscode}/node_modules/@vscode/ripgrep-universal/bin`;
  return readdirSync(path.join(folder, binaries))
    .filter((name) => name !== `linux-${process.arch}`)
    .map((name) => `${binaries}/${name}`);
}

function tell(line) {
  process.stderr.write(`${line}\n`);
}

const wanted = {
  editor: () => installEditor(),
  browser: () => ({ chromium: ensureBrowser(tell) }),
  both: () => installTestHost(),
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(JSON.stringify(await wanted[process.argv[2] ?? 'both']()));
  } catch (error) {
    tell(error.message);
    process.exitCode = 1;
  }
}
