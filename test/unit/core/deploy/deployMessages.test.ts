import assert from 'node:assert/strict';
import { formatBytes, sightingMessage } from '../../../../src/core/deploy/deployMessages';

describe('formatBytes', () => {
  it('chooses the unit', () => {
    assert.deepEqual([0, 1023, 1024, 34_816, 10_485_760].map(formatBytes), [
      '0 bytes',
      '1023 bytes',
      '1 KB',
      '34 KB',
      '10.0 MB',
    ]);
  });
});

describe('sightingMessage', () => {
  const job = { jobId: '1', type: 'deploy', updated: '', progress: '' };

  it('says what a person may know', () => {
    const installing = { ...job, status: 'RUNNING', progress: 'Installing dependencies' };

    assert.equal(
      sightingMessage({ job: installing }, '1.0.1'),
      'Building: Installing dependencies',
    );
    assert.equal(sightingMessage({ job: { ...job, status: 'PENDING' } }), 'Building…');
    assert.equal(
      sightingMessage({ job: { ...job, status: 'COMPLETE' } }, '1.0.1'),
      'Starting 1.0.1…',
    );
    assert.equal(sightingMessage({}), 'Starting the service…');
    assert.match(sightingMessage({ offline: true }), /cannot be reached/);
  });
});
