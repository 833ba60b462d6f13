import assert from 'node:assert/strict';
import { EntryNames } from '../../../../src/runtime/builds/entryNames';

describe('EntryNames', () => {
  const problems = (platform: NodeJS.Platform, ...paths: string[]) => {
    const names = new EntryNames(platform);
    return paths.map((path) => names.add(path, path.endsWith('/')));
  };
  const accepts = (platform: NodeJS.Platform, ...paths: string[]) =>
    assert.deepEqual(
      problems(platform, ...paths),
      paths.map(() => undefined),
    );
  const refuses = (platform: NodeJS.Platform, reason: RegExp, ...paths: string[]) =>
    assert.match(problems(platform, ...paths).at(-1) ?? 'nothing', reason, paths.join(', '));

  it('takes files and folders, also a folder again', () => {
    accepts('linux', './', 'index.js', 'lib/', 'lib/a.js', 'lib/', './lib/deep/b.js', 'a\\b');
    accepts('win32', 'index.js', 'lib/console.js', 'company/nullable.js');
  });

  it('refuses a name that is there already, however it is spelled', () => {
    refuses('linux', /is there twice/, 'a.js', 'a.js');
    refuses('linux', /is there twice/, 'a/b.js', './a//b.js');
    refuses('linux', /is there twice/, 'a/b', 'a\\b');
    refuses('linux', /is there twice/, 'a', 'a/b');
    refuses('linux', /is there twice/, 'a/b', 'a');
    refuses('linux', /is there twice/, 'a/', 'a');
  });

  it('refuses names that differ in case only, where that is the same file', () => {
    for (const platform of ['win32', 'darwin'] as const) {
      refuses(platform, /and "Index\.js" are one name/, 'Index.js', 'index.js');
      refuses(platform, /and "Lib" are one name/, 'Lib/a', 'lib/b');
      refuses(platform, /are one name/, 'caf\u00e9', 'cafe\u0301');
    }
    accepts('linux', 'Index.js', 'index.js', 'Lib/a', 'lib/b', 'caf\u00e9', 'cafe\u0301');
  });

  it('refuses the devices of Windows there', () => {
    const devices = ['con', 'NUL', 'lib/aux.js', 'com1', 'LPT9.txt', 'prn .x', 'CONIN$', 'con:x'];
    for (const name of [...devices, 'COM¹', 'x.', 'x /y']) {
      refuses('win32', /Windows keeps for itself/, name);
      accepts('linux', name);
    }
  });

  it('refuses what is too long or too deep', () => {
    refuses('linux', /more than 255 bytes/, 'x'.repeat(256));
    refuses('linux', /more than 255 bytes/, `a/${'ü'.repeat(128)}/b`);
    refuses('linux', /longer than 1024/, `${'x'.repeat(250)}/`.repeat(5));
    refuses('linux', /deeper than 64/, `${'x/'.repeat(64)}y`);
    accepts('linux', 'x'.repeat(255), `${'x/'.repeat(63)}y`);
  });

  it('refuses what leaves the bundle, or is its root', () => {
    for (const path of ['..', 'a/../b', 'a\\..\\..\\b', '', '.', './/.', 'a\0b']) {
      refuses('linux', /is not a path inside the bundle/, path);
    }
    for (const path of ['/a', '\\a', '\\\\server\\share', 'c:\\a', 'C:a']) {
      refuses('linux', /is an absolute path/, path);
    }
  });
});
