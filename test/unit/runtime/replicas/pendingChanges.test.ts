import assert from 'node:assert/strict';
import { pendingChanges } from '../../../../src/runtime/replicas/pendingChanges';
import type { Changes, EnvironmentRecord } from '../../../../src/runtime/store/environmentStore';

const red: Changes = { variables: { COLOUR: 'red', SIZE: '1' } };
const grey: Changes = { variables: { SIZE: '1', COLOUR: 'grey' } };

describe('pendingChanges', () => {
  const environment = (has: Changes, serves?: Changes, failed?: Changes): EnvironmentRecord => ({
    ...{ id: 'e', serviceId: 's', name: 'Development', secret: 'xx', host: 'h' },
    ...has,
    state: {
      status: 'ONLINE',
      ...(serves && { serving: { build: 'b', ...serves } }),
      ...(failed && { failedChanges: failed }),
    },
  });

  it('are none where what serves has them, or nothing serves', () => {
    const same = { variables: { SIZE: '1', COLOUR: 'red' } };

    assert.equal(pendingChanges(environment(red, same)), 'none');
    assert.equal(pendingChanges(environment(red)), 'none');
    assert.equal(pendingChanges(undefined), 'none');
  });

  it('are untried until they have failed, and others than those that have', () => {
    assert.equal(pendingChanges(environment(grey, red)), 'untried');
    assert.equal(pendingChanges(environment(grey, red, grey)), 'failed');
    const older = { ...grey, runtime: 'flex-runtime-node12' };
    assert.equal(pendingChanges(environment(older, red, grey)), 'untried');
  });
});
