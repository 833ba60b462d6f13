import assert from 'node:assert/strict';
import { planLaunch } from '../../../../src/core/handlers/launchPlan';

describe('planLaunch', () => {
  it('runs node in the folder on the default port, over HTTP whatever the environment says', () => {
    assert.deepEqual(planLaunch({ folder: '/orders', dependencies: {} }), {
      folder: '/orders',
      port: 10_001,
      args: ['.'],
      env: { SDK_RECEIVER: 'http' },
    });
  });

  it('expects another port where it is told one', () => {
    assert.equal(planLaunch({ folder: '/orders', dependencies: {} }, 10_002).port, 10_002);
  });
});
