import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import type { App, Organization } from '../../../src/core/kinvey/apiTypes';
import { assertAnswer, fuzzRuns } from '../../support/fuzz';
import { packFiles, RuntimeClient, type TestService } from '../../support/runtimeClient';
import { startRuntime, type RuntimeProcess } from '../../support/runtimeProcess';
import { mutatedTars } from '../../support/tarMutations';
import { until } from '../../support/until';
import { WatchedFolder } from '../../support/watchedFolder';
import { multipartBodies } from './multipart';
import { fuzzRequests, type KnownIds } from './requests';

/** Has no index.js: what is accepted of it is never started. */
const tar = packFiles({ 'package.json': '{"name":"x"}', 'lib/a.js': '// nothing' });

describe('the management API, of requests that nobody should send', function () {
  this.timeout(600_000);
  let watched: WatchedFolder;
  let runtime: RuntimeProcess;
  let client: RuntimeClient;
  let service: TestService;

  before(async () => {
    watched = new WatchedFolder();
    runtime = await startRuntime({ dataDirectory: watched.folder });
    client = await RuntimeClient.signIn(runtime.url);
    service = await client.createService();
  });

  after(async () => {
    await runtime.stop();
    watched.remove();
  });

  afterEach(async () => {
    watched.assertNothingAroundChanged();
    assert.equal((await client.send('GET', 'v4/user')).status, 200);
    assert.equal(runtime.stderr(), '');
  });

  const send = async (
    method: string,
    route: string,
    contentType: string,
    body?: string | Buffer,
  ) => {
    const headers = { authorization: `Kinvey ${client.token}`, 'content-type': contentType };
    const sent = typeof body === 'object' ? new Uint8Array(body) : body;
    const answer = await fetch(runtime.url + route, {
      method,
      headers,
      body: sent,
      redirect: 'manual',
    });
    assertAnswer(answer.status, await answer.text());
  };

  it('answers JSON bodies of every shape at every route', async () => {
    const ids = await readIds();
    await fc.assert(
      fc.asyncProperty(fuzzRequests(ids), ({ method, route, contentType, body }) =>
        send(method, route, contentType, body),
      ),
      fuzzRuns(400),
    );
  });

  it('answers multipart bodies that are cut, reordered or doubled, and keeps no upload', async () => {
    await fc.assert(
      fc.asyncProperty(multipartBodies(service, mutatedTars(tar)), ({ contentType, body }) =>
        send('POST', 'v4/jobs', contentType, body),
      ),
      fuzzRuns(200),
    );
    await noUploadIsLeft();
  });

  it('gets over connections that end in the middle of an upload, and keeps none', async () => {
    await fc.assert(
      fc.asyncProperty(multipartBodies(service, fc.constant(tar)), ({ contentType, body }) =>
        breakOff(contentType, body),
      ),
      fuzzRuns(50),
    );
    await noUploadIsLeft();
  });

  async function readIds(): Promise<KnownIds> {
    const [{ id: organization }] = (await client.send('GET', 'v4/organizations')).body as [
      Organization,
    ];
    const body = { name: 'x', organizationId: organization };
    const app = (await client.send('POST', 'v4/apps', body)).body as App;
    const { serviceId, environmentId } = service;
    const kid = app.environments[0]?.id ?? '';
    return { organization, app: app.id, kid, service: serviceId, environment: environmentId };
  }

  /** Once the jobs that were accepted have ended. */
  async function noUploadIsLeft(): Promise<void> {
    const uploads = path.join(watched.folder, 'uploads');
    await until('the uploads to be gone', () => readdirSync(uploads).length === 0, 60_000);
  }

  /** Promises more than it sends. */
  async function breakOff(contentType: string, body: Buffer): Promise<void> {
    const { hostname, port } = new URL(runtime.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const head = [
      'POST /v4/jobs HTTP/1.1',
      `Host: ${hostname}`,
      `Authorization: Kinvey ${client.token}`,
      `Content-Type: ${contentType}`,
      `Content-Length: ${body.length + 1_000}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    await new Promise<void>((resolve) => socket.write(body, () => resolve()));
    await new Promise<void>((resolve) => socket.once('close', () => resolve()).destroy());
  }
});
