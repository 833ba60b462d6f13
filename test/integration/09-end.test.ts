import assert from 'node:assert/strict';
import { endRuntime, failureOf, run, runtime } from './station';

describe('the local runtime', () => {
  it('stops when told so, and not twice', async () => {
    const { url } = await runtime();

    await endRuntime();

    await assert.rejects(fetch(new URL('healthcheck', url)));
    assert.equal((await failureOf(run('flexservice.runtime.stop'))).code, 'runtimeFailed');
  });
});
