import assert from 'node:assert/strict';
import { versionFacts } from '../../../../../src/core/deploy/version/versionFacts';
import { suggestVersion } from '../../../../../src/core/deploy/version/versionSuggestion';
import { handlerChange, type HandlerChange } from '../../../../../src/core/handlers/handlerChange';
import type { ServiceStatus } from '../../../../../src/core/kinvey/apiTypes';

const same: HandlerChange = { removed: [], added: [] };

function suggest(
  local: string | undefined,
  { version, ...status }: Partial<ServiceStatus>,
  change?: HandlerChange,
): string {
  const now: ServiceStatus = { status: 'ONLINE', version, ...status };
  const { bump, reasons } = suggestVersion(versionFacts(local, now), now, change);
  return [bump, ...reasons].join(' ');
}

describe('handlerChange', () => {
  const handlers = { dataObjects: ['orders'], functions: ['price', 'total'], auth: [] };

  it('names what is gone and what is new, by kind', () => {
    const now = { dataObjects: ['orders', 'price'], functions: ['total'], auth: ['sso'] };

    assert.deepEqual(handlerChange(handlers, now), {
      removed: ['function price'],
      added: ['data price', 'auth sso'],
    });
    assert.deepEqual(handlerChange(handlers, { ...handlers }), same);
    assert.equal(handlerChange(undefined, handlers), undefined);
    assert.equal(handlerChange(handlers, undefined), undefined);
  });
});

describe('suggestVersion', () => {
  const cloud = { version: '1.0.0' };

  it('goes by the handlers: gone ones ask for a major version, new ones for a minor', () => {
    const removed = { removed: ['auth sso'], added: ['data orders'] };
    const gone = 'major Handlers gone: auth sso; new: data orders.';
    assert.equal(suggest('1.0.0', cloud, removed), gone);
    const added = { removed: [], added: ['data orders'] };
    assert.equal(suggest('1.0.0', cloud, added), 'minor Handlers new: data orders.');
    assert.equal(suggest('1.0.0', cloud, same), 'patch The handlers are the same.');
    assert.equal(suggest('1.0.0', cloud), 'patch');
  });

  it('keeps a version that was raised far enough already, or was never deployed', () => {
    const removed = { removed: ['auth sso'], added: [] };
    assert.match(suggest('1.0.1', cloud, same), /^none /);
    assert.match(suggest('2.0.0', cloud, removed), /^none /);
    assert.match(suggest('1.9.0', cloud, removed), /^major /);
    assert.equal(suggest('1.0.0', { status: 'NEW' }), 'none');
    assert.equal(suggest(undefined, { status: 'NEW' }), 'patch');
    assert.equal(suggest('one', { status: 'NEW' }), 'patch');
  });

  it('tells of a deployed version that is no number, that is higher, that failed', () => {
    assert.match(suggest('1.0.0', { version: 'one' }), /^none .*"one" is no version number/);
    assert.match(
      suggest('1.0.0', { version: '1.2.0' }),
      /^patch 1\.2\.0 there is higher than 1\.0\.0/,
    );
    const deployment = { status: 'ERROR', version: '1.0.1' };
    const failed = suggest('1.0.1', { version: '1.0.0', deployment });
    assert.equal(failed, 'patch 1.0.1 failed there, and no version is taken twice.');
    assert.equal(suggest('1.0.1', { version: '1.0.1', deployment }), 'patch');
  });
});
