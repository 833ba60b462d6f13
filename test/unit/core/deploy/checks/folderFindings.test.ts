import assert from 'node:assert/strict';
import { isAppError, AppError, cancelled } from '../../../../../src/core/base/errors';
import {
  folderFindings,
  type FurtherLooks,
  type Whereabouts,
} from '../../../../../src/core/deploy/checks/folderFindings';
import type { Preflight } from '../../../../../src/core/deploy/checks/preflight';
import { bundleLimit, type BundlePlan } from '../../../../../src/core/project/bundlePlan';
import type { Finding, FindingCode } from '../../../../../src/core/review/finding';

const account = { id: 'a', email: 'a@example.com', instance: '' };
const target = {
  ...{ folder: '/orders', account, serviceId: 's', environmentId: 'e' },
  ...{ serviceName: 'orders', environmentName: 'Development' },
};
const bundle: BundlePlan = {
  ...{ folder: '/orders', asCli: false, files: [], directories: [], excluded: [] },
  tarBytes: 1024,
};
const error = (code: FindingCode, more: Partial<Finding> = {}): Finding => ({
  ...{ severity: 'error', code, message: `${code}.` },
  ...more,
});
const warning = (code: FindingCode): Finding => ({ ...error(code), severity: 'warning' });

describe('what is in the way of a folder that cannot be sent', () => {
  const problems = [error('noIndex')];
  const reviewed = [warning('variableUnset'), error('leak', { leak: 'x' })];
  const running = warning('jobRunning');
  const there: Whereabouts = { target, running };
  let seen: Partial<Whereabouts>[] = [];
  const looks = (more: Partial<FurtherLooks> = {}): FurtherLooks => ({
    locate: () => Promise.resolve(there),
    review: (_, known) => {
      seen.push(known);
      return Promise.resolve(reviewed);
    },
    ...more,
  });
  const codes = async (check: Preflight, more?: Partial<FurtherLooks>) =>
    (await folderFindings(check, looks(more))).map(({ code }) => code);
  const failing = (failure: Error) => ({ locate: () => Promise.reject<Whereabouts>(failure) });

  beforeEach(() => (seen = []));

  it('is one list: its problems, what the review finds, the deploy that is under way', async () => {
    const told = await codes({ problems, bundle });

    assert.deepEqual(told, ['noIndex', 'leak', 'variableUnset', 'jobRunning']);
    assert.equal(seen[0]?.target, target);
  });

  it('is told without what the environment has where nobody can ask for it, and says so', async () => {
    const expired = new AppError('sessionExpired', 'Your session has ended: sign in again.');
    const findings = await folderFindings({ problems, bundle }, looks(failing(expired)));

    const last = findings.at(-1);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['noIndex', 'leak', 'variableUnset', 'environmentUnchecked'],
    );
    assert.match(last?.message ?? '', /was not looked at: Your session has ended/);
    assert.equal(seen[0]?.target, undefined);
  });

  it('says once that the folder is not bound', async () => {
    const unbound = [error('notBound')];
    const more = failing(new AppError('notBound', 'Not bound.'));

    const told = await codes({ problems: unbound, bundle }, more);

    assert.deepEqual(told, ['notBound', 'leak', 'variableUnset']);
  });

  it('does not wait for an instance that does not answer', async () => {
    const silent = { locate: () => new Promise<Whereabouts>(() => undefined), patienceMs: 1 };

    const told = await codes({ problems, bundle }, silent);

    assert.equal(told.at(-1), 'environmentUnchecked');
  });

  it('is not reviewed where nothing can be sent, or far too much', async () => {
    const huge = { ...bundle, tarBytes: 11 * bundleLimit };

    assert.deepEqual(await codes({ problems }), ['noIndex', 'jobRunning']);
    assert.deepEqual(await codes({ problems, bundle: huge }), ['noIndex', 'jobRunning']);
    assert.deepEqual(seen, []);
  });

  it('tells a broken package.json that scripts load too only once', async () => {
    const file = '/orders/package.json';
    const review = () => Promise.resolve([error('syntaxError', { file }), error('syntaxError')]);
    const broken = [error('manifestInvalid', { file })];

    const told = await codes({ problems: broken, bundle }, { review });

    assert.deepEqual(told, ['manifestInvalid', 'syntaxError', 'jobRunning']);
  });

  it('tells an index.js that cannot be sent only once', async () => {
    const leftOut = ['index.js', 'lib/index.js'].map((name) => ({
      ...warning('leftOut'),
      file: `/orders/${name}`,
    }));

    const told = await folderFindings(
      { problems, bundle },
      looks({ review: () => Promise.resolve(leftOut) }),
    );

    assert.deepEqual(
      told.map(({ file }) => file),
      [undefined, '/orders/lib/index.js', undefined],
    );
  });

  it('is cancelled with what it waits for', async () => {
    const telling = folderFindings({ problems, bundle }, looks(failing(cancelled())));

    await assert.rejects(telling, (reason) => isAppError(reason, 'cancelled'));
  });
});
