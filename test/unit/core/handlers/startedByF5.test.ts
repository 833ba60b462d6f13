import assert from 'node:assert/strict';
import { isStartedByF5 } from '../../../../src/core/handlers/startedByF5';

describe('isStartedByF5', () => {
  const service = { folder: '/service', flex: true, hasLaunch: false };
  const other = { folder: '/other', flex: false, hasLaunch: false };
  const configured = { folder: '/configured', flex: false, hasLaunch: true };

  it('is the only Flex service of the window', () => {
    assert.equal(isStartedByF5([service], undefined), true);
    assert.equal(isStartedByF5([service], '/service'), true);
    assert.equal(isStartedByF5([other, service], undefined), true);
  });

  it('leaves a window without one alone', () => {
    assert.equal(isStartedByF5([], undefined), false);
    assert.equal(isStartedByF5([other], '/other'), false);
  });

  it('goes by the folder of the active editor', () => {
    assert.equal(isStartedByF5([service, other], '/service'), true);
    assert.equal(isStartedByF5([service, other], '/other'), false);
    assert.equal(isStartedByF5([service, configured], '/service'), true);
    assert.equal(isStartedByF5([service, configured], '/configured'), false);
  });

  it('leaves F5 to launch configurations', () => {
    assert.equal(isStartedByF5([{ ...service, hasLaunch: true }], '/service'), false);
    assert.equal(isStartedByF5([service, configured], undefined), false);
  });

  it('takes an editor outside of all folders for none', () => {
    assert.equal(isStartedByF5([service, other], '/elsewhere'), true);
  });
});
