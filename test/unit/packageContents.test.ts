import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../support/checkout';

async function listFiles(): Promise<string[]> {
  const vsce = path.join(checkout, 'node_modules/@vscode/vsce/vsce');
  const args = [vsce, 'ls', '--no-dependencies'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: checkout });
  return stdout.trim().split('\n').sort();
}

describe('the packaged extension', () => {
  it('holds what it needs, and nothing else', async () => {
    assert.deepEqual(await listFiles(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/acorn-walk.js',
      'dist/acorn.js',
      'dist/archiver.js',
      'dist/axios.js',
      'dist/deploy.js',
      'dist/deployMain.js',
      'dist/extension.js',
      'dist/logWorker.js',
      'dist/replicaPort.js',
      'dist/runtime.js',
      'dist/runtimeMain.js',
      'dist/tar.js',
      'media/flexservice.svg',
      'media/tour/debug.png',
      'media/tour/deploy.png',
      'media/tour/logs.png',
      'package.json',
      'package.nls.json',
    ]);
  });
});
