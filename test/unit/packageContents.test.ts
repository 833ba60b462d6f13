import assert from 'node:assert/strict';
import { listFiles } from '../../scripts/package.mjs';

describe('the packaged extension', () => {
  it('holds what it needs, and nothing else', async () => {
    assert.deepEqual(await listFiles(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/archiver.js',
      'dist/axios.js',
      'dist/extension.js',
      'dist/replicaPort.js',
      'dist/runtime.js',
      'media/flexservice.svg',
      'media/tour/debug.png',
      'media/tour/deploy.png',
      'media/tour/logs.png',
      'package.json',
      'package.nls.json',
    ]);
  });
});
