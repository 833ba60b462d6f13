import { keepCompiledCode } from '../core/base/compiledCode';

/**
 * What `node dist/runtime.js` begins with: on a Node.js that lacks node:sqlite it says so, else it
 * goes on with main.ts. Any Node.js must be able to read it: no const, no destructuring, no class,
 * which esbuild refuses here because it does not bring them down to ES5.
 */
if (isOld(process.versions.node.split('.'))) {
  console.error(
    'The FlexService Runtime needs Node.js 22.13 or later; this is ' + process.version + '.',
  );
  process.exit(1);
} else {
  keepCompiledCode(__dirname + '/compiled');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- read only where it can be
  require('./runtimeMain.js');
}

function isOld(version: string[]): boolean {
  return Number(version[0]) < 22 || (Number(version[0]) === 22 && Number(version[1]) < 13);
}
