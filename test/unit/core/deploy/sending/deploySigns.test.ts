import assert from 'node:assert/strict';
import { accountId } from '../../../../../src/core/accounts/account';
import { silentLog } from '../../../../../src/core/base/log';
import { senderOf } from '../../../../../src/core/deploy/sending/deploySigns';
import { HttpClient } from '../../../../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../../../../src/core/kinvey/managementApi';
import { json, ScriptedServer } from '../../../../support/scriptedServer';

describe('who sends a deploy', () => {
  let server: ScriptedServer;

  before(async () => {
    server = await ScriptedServer.start();
  });
  after(() => server.close());

  const sender = (id: string) => {
    const options = { baseUrl: server.url, token: 't', product: 'test', log: silentLog };
    return senderOf(new ManagementApi(new HttpClient(options)), id);
  };

  it('is known of an account, and asked of the instance where there is a token alone', async () => {
    server.on('GET v4/user', json(200, { email: 'ci@example.com' }));
    assert.equal(await sender(accountId('ann@example.com', server.url)), 'ann@example.com');
    assert.equal(await sender(accountId('token', server.url)), 'ci@example.com');
  });

  it('is nobody that is known where the instance does not tell', async () => {
    server.on('GET v4/user', json(403, { code: 'Forbidden', description: 'No.' }));
    assert.equal(await sender(accountId('token', server.url)), undefined);
  });
});
