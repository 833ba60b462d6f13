import type { DeploymentRecord } from '../../../../src/core/deploy/history/deploymentRecord';

/** A deploy of a folder `/orders` that goes on. */
export const ordersRecord: DeploymentRecord = {
  folder: '/orders',
  accountId: 'ann@example.com http://127.0.0.1:1/',
  serviceId: 's',
  serviceName: 'orders',
  environmentId: 'e',
  environmentName: 'Development',
  kind: 'deploy',
  job: 'job-1',
  startedAt: '2026-01-02T10:11:12.123Z',
};
