import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { startInProcess, type InProcessRuntime } from '../../../support/inProcessRuntime';
import { owner } from '../../../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

describe('the owner of a runtime', () => {
  let data: string;
  let runtime: InProcessRuntime;

  beforeEach(() => {
    data = createScratchFolder('owner');
  });

  afterEach(async () => {
    await runtime.close();
    removeScratchFolder(data);
  });

  const signIn = async (account: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(account) };
    return (await fetch(`${runtime.url}session`, init)).status;
  };

  it('is made at the first start, with a password for its eyes only', async () => {
    runtime = await startInProcess({ data, owner: {} });
    const file = path.join(data, 'owner.json');
    const made = JSON.parse(readFileSync(file, 'utf8')) as object;

    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(await signIn(made), 200);
  });

  it('gets another password with the next start', async () => {
    await (await startInProcess({ data })).close();
    const changed = { email: owner.email, password: 'another' };

    runtime = await startInProcess({ data, owner: changed });

    assert.equal(await signIn(owner), 401);
    assert.equal(await signIn(changed), 200);
  });
});
