import assert from 'node:assert/strict';
import type { ServiceStatus } from '../../../../src/core/kinvey/apiTypes';
import { isChanging, lookOf, shortTextOf } from '../../../../src/core/services/statusText';

describe('lookOf', () => {
  const deployment = (status: string, version = '1.0.4') => ({ status, version });

  for (const [status, severity, sentence] of [
    [{ status: 'NEW' }, 'idle', 'Never deployed'],
    [
      { status: 'NEW', deployment: deployment('RUNNING', '1.0.0') },
      'busy',
      'New: 1.0.0 is being rolled out',
    ],
    [
      { status: 'NEW', deployment: deployment('ERROR', '1.0.0') },
      'error',
      'Error: 1.0.0 did not start',
    ],
    [{ status: 'ONLINE', version: '1.0.3' }, 'ok', 'Online: 1.0.3 answers pings'],
    [{ status: 'ONLINE' }, 'ok', 'Online: the service answers pings'],
    [
      { status: 'ONLINE', version: '1.4.2', deployment: deployment('COMPLETED', '1.4.3') },
      'ok',
      'Online: 1.4.2 answers pings',
    ],
    [
      { status: 'ONLINE', version: '1.0.3', deployment: deployment('ERROR') },
      'error',
      'Online: 1.0.3 answers pings, but 1.0.4 did not start',
    ],
    [
      { status: 'ONLINE', version: '1.0.3', deployment: deployment('ERROR', '1.0.3') },
      'error',
      'Online: 1.0.3 answers pings, but its last rollout failed',
    ],
    [
      { status: 'ONLINE', version: '1.0.3', deployment: deployment('RUNNING') },
      'busy',
      'Online: 1.0.3 answers pings, 1.0.4 is being rolled out',
    ],
    [
      { status: 'UPDATING', version: '1.0.3', deployment: deployment('RUNNING') },
      'busy',
      'Updating: 1.0.4 is being rolled out, 1.0.3 serves meanwhile',
    ],
    [
      { status: 'UPDATING', deployment: deployment('RUNNING') },
      'busy',
      'Updating: 1.0.4 is being rolled out',
    ],
    [{ status: 'UPDATING', version: '1.0.3' }, 'busy', 'Updating: 1.0.3 is being restarted'],
    [
      { status: 'UPDATING', version: '1.0.3', deployment: deployment('COMPLETED', '1.0.3') },
      'busy',
      'Updating: 1.0.3 is being restarted',
    ],
    [{ status: 'UPDATING' }, 'busy', 'Updating: the service is being rolled out'],
    [
      { status: 'BUILDING', version: '1.0.3', deployment: deployment('RUNNING') },
      'busy',
      'Building: 1.0.4 is being built, 1.0.3 serves meanwhile',
    ],
    [
      { status: 'DEPLOYING', deployment: deployment('RUNNING') },
      'busy',
      'Deploying: 1.0.4 is being started',
    ],
    [
      { status: 'ERROR', version: '1.0.3', deployment: deployment('ERROR') },
      'error',
      'Error: 1.0.4 did not start; 1.0.3 still serves',
    ],
    [{ status: 'ERROR', deployment: deployment('ERROR') }, 'error', 'Error: 1.0.4 did not start'],
    [
      { status: 'ERROR', version: '1.0.4', deployment: deployment('ERROR') },
      'error',
      'Error: 1.0.4 did not start',
    ],
    [{ status: 'ERROR', version: '1.0.3' }, 'error', 'Error: 1.0.3 does not answer pings'],
    [{ status: 'ERROR' }, 'error', 'Error: the service does not answer pings'],
    [{ status: 'SCALING' }, 'unknown', 'Unknown: SCALING'],
    [{ status: '' }, 'unknown', 'Unknown: the instance tells no status'],
  ] as const satisfies readonly (readonly [ServiceStatus, string, string])[]) {
    it(`reads ${JSON.stringify(status)} as ${severity}`, () => {
      const look = lookOf(status);

      assert.equal(look.sentence, sentence);
      assert.equal(look.severity, severity);
    });
  }

  it('shows the word in capitals', () => {
    assert.equal(lookOf({ status: 'online', version: '1.0.0' }).word, 'ONLINE');
    assert.equal(lookOf({ status: '' }).word, 'UNKNOWN');
  });
});

describe('shortTextOf', () => {
  const failed = { status: 'ERROR', version: '1.0.4' };
  for (const [status, text] of [
    [{ status: 'ONLINE', version: '1.0.3' }, 'ONLINE 1.0.3'],
    [{ status: 'ONLINE', version: '1.0.3', deployment: failed }, 'ONLINE 1.0.3, 1.0.4 failed'],
    [
      { status: 'ONLINE', version: '1.0.4', deployment: failed },
      'ONLINE 1.0.4, last rollout failed',
    ],
    [{ status: 'ERROR', version: '1.0.4', deployment: failed }, 'ERROR 1.0.4'],
    [{ status: 'NEW' }, 'NEW'],
  ] as const) {
    it(`says ${text}`, () => assert.equal(shortTextOf(status), text));
  }
});

describe('isChanging', () => {
  it('holds while a rollout is on its way', () => {
    const deployment = { status: 'RUNNING', version: '1.0.4' };

    assert.ok(isChanging({ status: 'UPDATING' }));
    assert.ok(isChanging({ status: 'ONLINE', version: '1.0.3', deployment }));
    assert.ok(!isChanging({ status: 'ONLINE', version: '1.0.3' }));
    assert.ok(!isChanging({ status: 'ERROR' }));
  });
});
