import assert from 'node:assert/strict';
import { FaultyProxy } from '../support/faultyProxy';
import { endOf, reportOf, usePipeline } from '../support/pipeline';
import { RuntimeClient } from '../support/runtimeClient';

/** Somebody sets another version after all was sent. */
describe('dist/deploy.js, where the version cannot be written once the instance took it', function () {
  this.timeout(120_000);
  const pipeline = usePipeline();
  let proxy: FaultyProxy;

  beforeEach(async () => {
    proxy = await new FaultyProxy(pipeline.client.url).start();
  });
  afterEach(() => proxy.stop());

  const deploy = (also: () => unknown, token: string, ...args: string[]) => {
    proxy.script = async (passing) => {
      const answer = await passing.finish();
      pipeline.write('package.json', pipeline.manifest.replace('1.0.0', '1.2.3'));
      await also();
      passing.answer(answer);
    };
    const env = { FLEXSERVICE_INSTANCE: proxy.url, FLEXSERVICE_TOKEN: token };
    return endOf(pipeline.start(args, env));
  };
  const why = (version: string) =>
    `${version} is not written into the folder. package.json got the version 1.2.3 meanwhile.`;

  it('goes on, and says why', async () => {
    const { token } = pipeline.client;

    const { code, stdout } = await deploy(() => undefined, token, '--bump', '2.0.0');

    assert.deepEqual([code, stdout], [0, `2.0.0 is online.\n${why('2.0.0')}\n`]);
    assert.match(pipeline.manifest, /"version":"1\.2\.3"/);
  });

  it('says why also where it cannot tell how the deploy ended', async () => {
    const client = await RuntimeClient.signIn(pipeline.client.url);
    const signOut = () => client.send('DELETE', 'session');

    const ended = await deploy(signOut, client.token, '--bump', '3.0.0', '--json');

    const { outcome, unwritten, reason } = reportOf(ended);
    assert.deepEqual([ended.code, outcome, unwritten], [6, 'unknown', why('3.0.0')]);
    assert.match(reason ?? '', /session .* is over/);
    await pipeline.client.ended(reportOf(ended).job);
  });
});
