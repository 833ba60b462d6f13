import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../../../src/core/base/errors';
import { ReusedMemory } from '../../../../src/core/base/reusedMemory';
import { certificate } from '../../../support/certificate';
import { listen, shut } from '../../../support/listen';
import { eventually, hang, json } from '../../../support/scriptedServer';
import { failure, useHttpTrial } from './httpTrial';

describe('HttpClient: uploads', () => {
  const trial = useHttpTrial();

  const block = Buffer.alloc(64 * 1024, 'x');

  /** Many blocks, each made when asked for. */
  function blocks(count: number): { body: Readable; made: () => number } {
    let made = 0;
    const body = new Readable({
      read() {
        setImmediate(() => this.push(made++ < count ? block : null));
      },
    });
    return { body, made: () => made };
  }

  it('streams in chunks', async () => {
    trial.server.on('POST v4/jobs', json(202, { job: '1' }));

    const answer = await trial.client.upload('v4/jobs', blocks(3).body, { 'Content-Type': 'a/b' });

    const [request] = trial.server.requests;
    assert.deepEqual(answer, { job: '1' });
    assert.equal(request?.body.length, 3 * block.length);
    assert.equal(request.headers['transfer-encoding'], 'chunked');
    assert.equal(request.headers['content-length'], undefined);
    assert.equal(request.headers['content-type'], 'a/b');
  });

  it('takes an answer that comes early and stops sending', async () => {
    trial.server.on('POST v4/jobs', (_request, response) =>
      response.writeHead(409).end('{"code":"Conflict","description":"Too low."}'),
    );
    const endless = blocks(Infinity);

    const error = await failure(trial.client.upload('v4/jobs', endless.body, {}), 'rejected');

    assert.equal(error.message, 'Too low.');
    assert.equal(endless.body.destroyed, true);
  });

  it('takes an early answer also when the server then destroys the socket', async () => {
    trial.server.on('POST v4/jobs', (request, response) =>
      response
        .writeHead(409)
        .end('{"code":"Conflict","description":"Too low."}', () => request.socket.destroy()),
    );

    for (let round = 0; round < 20; round += 1) {
      const { body } = blocks(200);
      const error = await failure(trial.client.upload('v4/jobs', body, {}), 'rejected');
      assert.equal(error.message, 'Too low.');
    }
  });

  it('tells when the server vanishes midway', async () => {
    trial.server.on('POST v4/jobs', (request) =>
      request.once('data', () => request.socket.destroy()),
    );
    const endless = blocks(Infinity);

    await failure(trial.client.upload('v4/jobs', endless.body, {}), 'unreachable');

    assert.equal(endless.body.destroyed, true);
  });

  it('destroys the stream when it is cancelled', async () => {
    trial.server.on('POST v4/jobs', hang);
    const endless = blocks(Infinity);
    const controller = new AbortController();
    const upload = trial.client.upload('v4/jobs', endless.body, {}, { signal: controller.signal });
    await eventually(() => endless.made() > 5);

    controller.abort();

    await failure(upload, 'cancelled');
    assert.equal(endless.body.destroyed, true);
  });

  it('counts its time-out from the last chunk that was taken', async () => {
    trial.server.on('POST v4/jobs', json(202, { job: '1' }));
    let pieces = 0;
    const slow = new Readable({
      read() {
        pieces += 1;
        setTimeout(() => this.push(pieces > 40 ? null : block), 20);
      },
    });

    assert.deepEqual(await trial.client.upload('v4/jobs', slow, {}, { timeoutMs: 600 }), {
      job: '1',
    });
  });

  it('gives up when nobody takes what it sends', async () => {
    const deaf = net.createServer({ pauseOnConnect: true }, (socket) => {
      socket.on('error', () => undefined);
    });
    const baseUrl = `http://127.0.0.1:${await listen(deaf)}/`;
    const endless = blocks(Infinity);

    const upload = trial
      .createClient({ baseUrl })
      .upload('x', endless.body, {}, { timeoutMs: 100 });

    await failure(upload, 'timedOut');
    assert.equal(endless.body.destroyed, true);
    deaf.close();
  });

  it('throws what the body itself failed with', async () => {
    trial.server.on('POST v4/jobs', hang);
    const broken = Readable.from(
      (function* () {
        yield block;
        throw new AppError('fileInvalid', 'A file grew.');
      })(),
    );

    await failure(trial.client.upload('v4/jobs', broken, {}), 'fileInvalid');
  });

  for (const scheme of ['http', 'https'] as const) {
    it(`gives memory back when its bytes are sent, and no sooner (${scheme})`, async () => {
      const received = createHash('sha256');
      // Takes less at a time than is sent, so that what is sent has to wait.
      const slowly = async (request: http.IncomingMessage, response: http.ServerResponse) => {
        for await (const piece of request) {
          received.update(piece as Buffer);
          for (let turn = 0; turn < 10; turn++) await nextTurn();
        }
        response.end('{}');
      };
      const cert = readFileSync(certificate.certFile);
      const options = { cert, key: readFileSync(certificate.keyFile) };
      const server =
        scheme === 'http'
          ? http.createServer((...exchange) => void slowly(...exchange))
          : https.createServer(options, (...exchange) => void slowly(...exchange));
      const baseUrl = `${scheme}://localhost:${await listen(server)}/`;
      const sent = createHash('sha256');
      const used = new Set<ArrayBufferLike>();
      const memory = new ReusedMemory(block.length);
      const count = 400;
      const body = Readable.from(
        (function* () {
          for (let index = 0; index < count; index++) {
            const chunk = memory.take(block.length).fill(index);
            used.add(chunk.buffer);
            sent.update(chunk);
            yield chunk;
          }
        })(),
      );
      https.globalAgent.options.ca = cert;

      try {
        await trial.createClient({ baseUrl }).upload('v4/jobs', body, {});
      } finally {
        delete https.globalAgent.options.ca;
        shut(server);
      }

      assert.equal(received.digest('hex'), sent.digest('hex'));
      assert.ok(used.size < count / 4, `${used.size} pieces of memory`);
    });
  }
});
