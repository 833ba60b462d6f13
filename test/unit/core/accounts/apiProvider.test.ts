import assert from 'node:assert/strict';
import { accountId } from '../../../../src/core/accounts/account';
import { AccountStore } from '../../../../src/core/accounts/accountStore';
import { ApiProvider } from '../../../../src/core/accounts/apiProvider';
import { silentLog } from '../../../../src/core/base/log';
import { MemorySecretStore } from '../../../support/memorySecretStore';
import { json, ScriptedServer } from '../../../support/scriptedServer';
import { createTestApi } from '../../../support/testApi';

describe('ApiProvider', () => {
  it("speaks to the account's instance with its present token", async () => {
    const server = await ScriptedServer.start();
    server.on('GET v4/organizations', json(200, []));
    const accounts = new AccountStore(new MemorySecretStore(), silentLog);
    const apis = new ApiProvider(accounts, createTestApi);
    const account = {
      id: accountId('ann@example.com', server.url),
      email: 'ann@example.com',
      instance: server.url,
    };

    for (const token of ['t1', 't2']) {
      await accounts.save(account, token);
      await (await apis.forAccount(account.id)).listOrganizations();
    }

    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization),
      ['Kinvey t1', 'Kinvey t2'],
    );
    accounts.dispose();
    await server.close();
  });

  it('names the account that is not signed in', async () => {
    const accounts = new AccountStore(new MemorySecretStore(), silentLog);

    await assert.rejects(
      new ApiProvider(accounts, createTestApi).forAccount('ann@example.com https://x.example/'),
      {
        code: 'notSignedIn',
        message: 'You are not signed in as ann@example.com at https://x.example/. Sign in first.',
      },
    );
    accounts.dispose();
  });
});
