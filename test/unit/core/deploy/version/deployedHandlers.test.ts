import assert from 'node:assert/strict';
import { discoverDeployed } from '../../../../../src/core/deploy/version/deployedHandlers';

describe('discoverDeployed', () => {
  it('asks the runtime, and no instance of Kinvey, which does not know the question', async () => {
    const asked: string[] = [];
    const ask = (baseUrl: string) => {
      const answer = { businessLogic: { handlers: ['hello'] } };
      const discoverHandlers = () => {
        asked.push(baseUrl);
        return Promise.resolve(answer);
      };
      return discoverDeployed({ baseUrl, discoverHandlers }, 'environment');
    };

    assert.deepEqual((await ask('http://127.0.0.1:4012/'))?.functions, ['hello']);
    assert.equal(await ask('https://manage.kinvey.com/'), undefined);
    assert.deepEqual(asked, ['http://127.0.0.1:4012/']);
  });
});
