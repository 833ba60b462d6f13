import assert from 'node:assert/strict';
import type { BundlePlan } from '../../../../../src/core/project/bundlePlan';
import { UploadMeter } from '../../../../../src/core/deploy/sending/uploadMeter';

describe('UploadMeter', () => {
  const bundle = { tarBytes: 34_816, files: [{}] } as unknown as BundlePlan;

  it('tells how much was sent and how fast, once that says something', () => {
    let now = 5_000;
    const meter = new UploadMeter(bundle, () => now);

    assert.equal(meter.message(0), 'Uploading 34 KB (1 file)…');
    now += 999;
    assert.equal(meter.message(1_024), 'Uploading 34 KB (1 file)…');
    now += 1_001;
    assert.equal(meter.message(20_480), 'Uploading 34 KB (1 file): 20 KB, 10 KB/s…');
  });
});
