// Bundles the product into dist/ and, with a kind as argument, one kind of test into out/test/<kind>.
import { globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import { leanLibraries, noGlobals } from './leanLibraries.mjs';

const root = path.resolve(import.meta.dirname, '..');
const bundled = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning',
};

/**
 * Large libraries that most windows never use: files of their own, so that starting does not pay
 * for reading and compiling them. The source imports them where they are needed, lazily.
 */
const lateLibraries = ['acorn', 'acorn-walk', 'archiver', 'axios', 'tar'];

const late = {
  name: 'late',
  setup(build) {
    const filter = new RegExp(`^(${lateLibraries.join('|')})$`);
    build.onResolve({ filter }, (args) => ({ path: `./${args.path}.js`, external: true }));
  },
};

/**
 * An imported namespace is a copy that esbuild makes in each module that imports it: of VS Code's
 * API that is hundreds of names in dozens of modules, a third of what loading takes. What
 * require() answers is used as it is.
 */
const sharedVscode = {
  name: 'sharedVscode',
  setup(build) {
    build.onLoad({ filter: /src[\\/](editor[\\/].*|extension)\.ts$/ }, ({ path: file }) => {
      const source = readFileSync(file, 'utf8');
      const contents = source.replace(
        "import * as vscode from 'vscode';",
        "import vscode = require('vscode');",
      );
      return { contents, loader: 'ts' };
    });
  },
};

/** The extension and the deploy of pipelines, their late libraries, the runtime, what it starts. */
export function productBuilds(production) {
  // ES modules first: jsonc-parser's other form finds its parts only when it is not bundled.
  const mainFields = ['module', 'main'];
  const product = { ...bundled, mainFields, minify: production, sourcemap: !production };
  const library = {
    ...product,
    outdir: 'dist',
    target: 'node22',
    sourcemap: false,
    plugins: [leanLibraries],
  };
  return [
    {
      ...product,
      entryPoints: ['src/extension.ts'],
      outfile: 'dist/extension.js',
      target: 'node22',
      external: ['vscode', 'keytar'],
      plugins: [late, sharedVscode],
      // import() of a late library becomes a lazy require, which knows its default export.
      supported: { 'dynamic-import': false },
    },
    {
      ...product,
      entryPoints: ['src/commandLine/deploy.ts'],
      outfile: 'dist/deployMain.js',
      target: 'node22',
      plugins: [late],
      supported: { 'dynamic-import': false },
    },
    { ...library, entryPoints: lateLibraries.filter((name) => name !== 'axios') },
    { ...library, entryPoints: ['axios'], define: noGlobals },
    // No vscode external here: an import of it from the runtime must break the build.
    {
      ...product,
      entryPoints: {
        runtimeMain: 'src/runtime/main.ts',
        logWorker: 'src/runtime/logs/logWorker.ts',
      },
      outdir: 'dist',
      target: 'node22',
    },
    // Read by every Node.js, also one that is too old for the rest.
    {
      ...product,
      entryPoints: { runtime: 'src/runtime/entry.ts', deploy: 'src/commandLine/entry.ts' },
      outdir: 'dist',
      target: 'es5',
      external: ['./runtimeMain.js', './deployMain.js'],
    },
    // Loaded into services, on whatever Node.js they run.
    {
      ...product,
      entryPoints: ['src/runtime/replicas/replicaPort.ts'],
      outfile: 'dist/replicaPort.js',
      target: 'node6',
      sourcemap: false,
    },
  ];
}

export async function buildProduct({ production = false } = {}) {
  const results = await Promise.all(
    productBuilds(production).map((options) => esbuild.build({ ...options, metafile: true })),
  );
  removeStale(results.flatMap(({ metafile }) => Object.keys(metafile.outputs)));
}

/** Afterwards, and not the whole folder before: a running editor or test may be using it. */
function removeStale(outputs) {
  const built = new Set(outputs.map((file) => path.resolve(root, file)));
  for (const name of readdirSync(path.join(root, 'dist'))) {
    const file = path.join(root, 'dist', name);
    if (!built.has(file)) rmSync(file, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Bundles every TypeScript entry below a folder of test/ or scripts/ to the same place below out/. */
export async function buildEntries(pattern) {
  const entryPoints = globSync(pattern, { cwd: root }).sort();
  await esbuild.build({
    ...bundled,
    entryPoints,
    outdir: 'out',
    outbase: '.',
    target: 'node22',
    packages: 'external',
  });
  return entryPoints.map((file) => path.join(root, 'out', file.replace(/\.ts$/, '.js')));
}

/** Bundles several test files into one, in the order of their names, so that they share modules. */
export async function buildSuite(pattern, only, outfile) {
  const files = globSync(pattern, { cwd: root })
    .filter((file) => file.includes(only))
    .sort();
  await esbuild.build({
    ...bundled,
    stdin: { contents: files.map((file) => `import './${file}';`).join('\n'), resolveDir: root },
    outfile,
    target: 'node22',
    packages: 'external',
  });
  return files;
}

async function watch() {
  for (const options of productBuilds(false)) {
    const context = await esbuild.context({ ...options, logLevel: 'info' });
    await context.watch();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await (process.argv.includes('--watch')
    ? watch()
    : buildProduct({ production: process.argv.includes('--production') }));
}
