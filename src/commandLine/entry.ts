import { keepCompiledCode } from '../core/base/compiledCode';
import { keepProcessSmall } from '../core/base/smallProcess';

/**
 * What `node dist/deploy.js` begins with, as runtime/entry.ts does and for the same reason: an old
 * Node.js can read this, and says what it needs.
 */
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error('dist/deploy.js needs Node.js 22 or later; this is ' + process.version + '.');
  process.exit(2);
} else {
  keepProcessSmall(1_000);
  keepCompiledCode(__dirname + '/compiled');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- read only where it can be
  require('./deployMain.js');
}
