import assert from 'node:assert/strict';
import { AppError } from '../../../../src/core/base/errors';
import type { DeploymentRecord } from '../../../../src/core/deploy/history/deploymentRecord';
import { statusBarLook, type StatusBarState } from '../../../../src/core/services/statusBarLook';

const target = { serviceName: 'orders', environmentName: 'Development' };
const look = (state: Partial<StatusBarState>) => statusBarLook({ ...target, ...state });
const failed: DeploymentRecord = {
  folder: '/orders',
  accountId: 'a',
  serviceId: 's',
  serviceName: 'orders',
  environmentId: 'e',
  environmentName: 'Development',
  kind: 'deploy',
  job: 'j',
  version: '1.0.4',
  startedAt: '2026-01-01T10:00:00.000Z',
  endedAt: '2026-01-01T10:01:00.000Z',
  outcome: 'failed',
  reason: 'ReferenceError: abc is not defined',
};

describe('statusBarLook', () => {
  it('shows target and health at rest', () => {
    const shown = look({ status: { status: { status: 'ONLINE', version: '1.0.3' }, at: 0 } });

    assert.equal(shown.text, '$(pass) orders · Development: ONLINE 1.0.3');
    assert.equal(shown.background, undefined);
  });

  it('shows the phase while a job runs, whatever the health', () => {
    const shown = look({
      status: { status: { status: 'ONLINE', version: '1.0.3' }, at: 0 },
      running: { phase: 'building', message: 'Installing dependencies' },
    });

    assert.equal(shown.text, '$(sync~spin) orders · Development: Installing dependencies');
  });

  it('turns to an error after a failure, and says why', () => {
    const shown = look({
      status: { status: { status: 'ONLINE', version: '1.0.3' }, at: 0 },
      last: failed,
    });

    assert.equal(shown.text, '$(error) orders · Development: deploy of 1.0.4 failed');
    assert.equal(shown.background, 'error');
    assert.match(shown.tooltip, /abc is not defined/);
  });

  it('forgets a failure that a later deploy has overtaken', () => {
    const status = { status: 'ONLINE', version: '1.0.5', requestedAt: '2026-01-01T11:00:00.000Z' };

    const shown = look({ status: { status, at: 0 }, last: failed });

    assert.equal(shown.text, '$(pass) orders · Development: ONLINE 1.0.5');
  });

  it('forgets a change that was refused before anything was deployed', () => {
    const status = { status: 'NEW' };
    const last = { ...failed, kind: 'update' as const, version: undefined };

    assert.equal(look({ status: { status, at: 0 }, last }).background, undefined);
  });

  it('says what is wrong with a service that is online, once nothing else does', () => {
    const status = {
      ...{ status: 'ONLINE', version: '1.0.3' },
      deployment: { status: 'ERROR', version: '1.0.4' },
    };

    const shown = look({ status: { status, at: 0 }, last: { ...failed, outcome: 'online' } });

    assert.equal(shown.text, '$(error) orders · Development: ONLINE 1.0.3, 1.0.4 failed');
  });

  it('leaves room for the health beside long names, which it tells on hover', () => {
    const serviceName = 'orders-and-customers-of-a-small-shop';

    const shown = look({
      serviceName,
      status: { status: { status: 'ONLINE', version: '1.0.3' }, at: 0 },
    });

    assert.equal(shown.text, '$(pass) orders-and-customers-of… · Development: ONLINE 1.0.3');
    assert.ok(shown.tooltip.startsWith(serviceName));
  });

  it('warns of an expired session, and does not call an unreachable instance an error', () => {
    const expired = new AppError('sessionExpired', 'The session has expired.');
    const unreachable = new AppError('unreachable', 'Nobody answers.');

    assert.equal(look({ status: { error: expired, at: 0 } }).background, 'warning');
    assert.equal(look({ status: { error: unreachable, at: 0 } }).background, undefined);
    assert.match(look({ status: { error: unreachable, at: 0 } }).tooltip, /Nobody answers/);
  });
});
