import assert from 'node:assert/strict';
import { cut, cutMidway, hang, json, ScriptedServer, text } from '../../../support/scriptedServer';
import { failure, useHttpTrial } from './httpTrial';

describe('HttpClient: connections', () => {
  const trial = useHttpTrial();

  it('asks again when the connection is cut, also midway', async () => {
    trial.server.on('GET v4/x', cut, cutMidway, json(200, 'done'));

    assert.equal(await trial.client.get('v4/x'), 'done');
  });

  it('names host and reason when the connection keeps being cut', async () => {
    trial.server.on('GET v4/x', cut);

    const error = await failure(trial.client.get('v4/x'), 'unreachable');

    assert.match(error.message, /^127\.0\.0\.1:\d+ cannot be reached: the connection was cut\./);
    assert.equal(trial.server.requests.length, 3);
  });

  it('names host and reason when nothing listens', async () => {
    const gone = await ScriptedServer.start();
    const { url } = gone;
    await gone.close();

    const error = await failure(trial.createClient({ baseUrl: url }).get('v4/x'), 'unreachable');

    assert.match(error.message, /nothing listens at this address\. Is the FlexService Runtime/);
  });

  it('tells a host that does not exist', async () => {
    const lost = trial.createClient({ baseUrl: 'http://flexservice.invalid/' });

    const error = await failure(lost.get('v4/x'), 'unreachable');

    assert.match(error.message, /^flexservice\.invalid cannot be reached: (no host|its name)/);
  });

  it('tells a server that does not speak TLS', async () => {
    const secure = trial.createClient({ baseUrl: trial.server.url.replace('http:', 'https:') });

    assert.match((await failure(secure.get('v4/x'), 'unreachable')).message, /TLS/);
  });

  it('gives up on a server that hangs, asking once', async () => {
    trial.server.on('GET v4/x', hang);

    const error = await failure(trial.client.get('v4/x', { timeoutMs: 250 }), 'timedOut');

    assert.match(error.message, /did not answer within 1 s/);
    assert.equal(trial.server.requests.length, 1);
  });

  it('gives up on an answer that does not end', async () => {
    trial.server.on('GET v4/x', (_request, response) => response.writeHead(200).write('['));

    await failure(trial.client.get('v4/x', { timeoutMs: 40 }), 'timedOut');
  });

  it('does not follow a redirect, and so carries the token nowhere', async () => {
    const other = await ScriptedServer.start();
    trial.server.on('GET v4/x', text(302, '', { location: `${other.url}steal?a=b` }));

    const error = await failure(trial.client.get('v4/x'), 'serverFailed');

    assert.ok(error.message.includes(`redirect to ${other.url.slice(0, -1)}, which`));
    assert.equal(other.requests.length, 0);
    await other.close();
  });
});
