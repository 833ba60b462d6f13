import assert from 'node:assert/strict';
import { findFramePlaces } from '../../../../src/core/logs/stackFrame';

const paths = new Set(['index.js', 'lib/index.js', 'lib/orders.js', 'übung (1).mjs']);

describe('findFramePlaces', () => {
  const placeOf = (frame: string) => {
    const { path, line, column, start, end } = findFramePlaces([frame], paths)[0] ?? {};
    return path && [path, line, column, frame.slice(start, end)];
  };

  for (const [frame, expected] of [
    ['at boot (/app/lib/orders.js:3:5)', ['lib/orders.js', 3, 5, '/app/lib/orders.js:3:5']],
    [
      'at /data/builds/7/files/index.js:12:1',
      ['index.js', 12, 1, '/data/builds/7/files/index.js:12:1'],
    ],
    ['at /app/index.js:7', ['index.js', 7, 1, '/app/index.js:7']],
    [
      'at file:///app/%C3%BCbung%20(1).mjs:2:3',
      ['übung (1).mjs', 2, 3, 'file:///app/%C3%BCbung%20(1).mjs:2:3'],
    ],
    [
      'at new Orders (C:\\data\\lib\\orders.js:4:9)',
      ['lib/orders.js', 4, 9, 'C:\\data\\lib\\orders.js:4:9'],
    ],
  ] as const) {
    it(`finds the file of "${frame}"`, () => assert.deepEqual(placeOf(frame), expected));
  }

  for (const frame of [
    'at Object.<anonymous> (/app/node_modules/left-pad/index.js:1:7)',
    'at /app/other.js:1:1',
    'at node:internal/main/run_main_module:33:47',
    'at boot (<anonymous>)',
    'npm could not find it',
  ]) {
    it(`finds no file of the service in "${frame}"`, () => assert.equal(placeOf(frame), undefined));
  }

  const pathsOf = (...files: string[]) =>
    findFramePlaces(
      files.map((file) => `at boot (${file}:1:1)`),
      paths,
    ).map((found) => found?.path);

  it('finds the folder that all frames are in, whatever it is called', () => {
    assert.deepEqual(pathsOf('/opt/lib/index.js', '/opt/lib/lib/orders.js'), [
      'index.js',
      'lib/orders.js',
    ]);
    assert.deepEqual(
      pathsOf('/app/lib/index.js', '/app/node_modules/a/index.js', '/app/index.js'),
      ['lib/index.js', undefined, 'index.js'],
    );
    assert.deepEqual(pathsOf('/app/lib/index.js', '/usr/lib/index.js', '/app/index.js'), [
      'lib/index.js',
      undefined,
      'index.js',
    ]);
    assert.deepEqual(pathsOf('C:\\a\\lib\\index.js', 'file:///C:/a/index.js'), [
      'lib/index.js',
      'index.js',
    ]);
  });

  it('tells nothing where two folders may be it, unless packages are in one', () => {
    assert.deepEqual(pathsOf('/opt/lib/index.js'), [undefined]);
    assert.deepEqual(pathsOf('/opt/lib/index.js', '/opt/lib/node_modules/a/index.js'), [
      'index.js',
      undefined,
    ]);
    assert.deepEqual(pathsOf('/opt/lib/index.js', '/opt/node_modules/a/index.js'), [
      'lib/index.js',
      undefined,
    ]);
  });
});
