import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { sendHalf } from '../../../support/halfDeploy';
import { useOwnRuntime } from '../../../support/inProcessRuntime';
import { deployForm } from '../../../support/runtimeClient';
import { until } from '../../../support/until';

describe('an upload that is no deploy', () => {
  const runtime = useOwnRuntime();

  const archive = Buffer.alloc(2_048);
  const refuses = async (status: number, change: (form: FormData) => void) => {
    const { client, folder } = runtime();
    const service = await client.createService();
    const form = deployForm(service, '1.0.0', archive);
    change(form);
    const answer = await client.send('POST', 'v4/jobs', form);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(typeof (answer.body as { code: unknown }).code, 'string');
    assert.deepEqual(readdirSync(path.join(folder, 'uploads')), []);
    assert.deepEqual(await client.status(service), { status: 'NEW' });
  };

  it('is refused with too many parts, or too large ones', async () => {
    await refuses(413, (form) => {
      for (let index = 0; index < 9; index++) form.append(`field${index}`, 'x');
    });
    await refuses(413, (form) => form.append('second', new Blob(['x']), 'second.tar'));
    await refuses(413, (form) => form.set('params', 'x'.repeat(1_048_577)));
  });

  it('is refused with names that mean something to JavaScript', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      await refuses(400, (form) => form.set(name, '{"x":1}'));
    }
  });

  it('is refused with its archive under another name, however large', async () => {
    await refuses(422, (form) => {
      form.delete('file');
      form.set('archive', new Blob([new Uint8Array(9_000_000)]), 'archive.tar');
    });
  });
});

describe('an upload', () => {
  const runtime = useOwnRuntime();

  const uploads = () => readdirSync(path.join(runtime().folder, 'uploads'));

  it('of more than the limit is refused with 413 and leaves nothing behind', async () => {
    const { client } = runtime();
    const service = await client.createService();
    const archive = Buffer.alloc(11 * 1_024 * 1_024);

    const answer = await client.send('POST', 'v4/jobs', deployForm(service, '1.0.0', archive));

    assert.equal(answer.status, 413);
    assert.deepEqual(uploads(), []);
    assert.deepEqual(await client.status(service), { status: 'NEW' });
  });

  it('that is broken off leaves neither a file nor a job behind', async () => {
    const { client, url } = runtime();
    const service = await client.createService();

    const socket = await sendHalf(new URL(url), client.token, service);
    await until('half a file', () => uploads().length === 1);
    socket.destroy();

    await until('an empty folder', () => uploads().length === 0);
    assert.deepEqual(await client.status(service), { status: 'NEW' });
  });

  it('that is no multipart data is refused with 400', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=b']) {
      const headers = { authorization: `Kinvey ${runtime().client.token}`, 'content-type': type };
      const init = { method: 'POST', headers, body: 'nonsense' };
      const response = await fetch(`${runtime().url}v4/jobs`, init);
      assert.deepEqual(
        [response.status, ((await response.json()) as { code: string }).code],
        [400, 'BadRequest'],
      );
    }
  });

  it('for a service that does not exist, or without parts, is refused and removed', async () => {
    const { client } = runtime();
    const nowhere = { serviceId: 'x', environmentId: 'y' };
    const form = deployForm(nowhere, '1.0.0', Buffer.alloc(2_048));
    assert.equal((await client.send('POST', 'v4/jobs', form)).status, 404);

    const service = await client.createService();
    for (const part of ['type', 'params', 'file']) {
      const incomplete = deployForm(service, '1.0.0', Buffer.alloc(2_048));
      incomplete.delete(part);
      assert.equal((await client.send('POST', 'v4/jobs', incomplete)).status, 422, part);
    }
    assert.deepEqual(uploads(), []);
  });

  it('whose params say that they are JSON is taken like any other', async () => {
    const { client, url } = runtime();
    const service = await client.createService();
    const form = deployForm(service, '1.0.0', Buffer.alloc(2_048));
    const params = form.get('params') as string;
    const boundary = 'b0undary';
    const part = (name: string, more: string, body: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${body}\r\n`;
    const body =
      part('type', '', 'deployService') +
      part('params', '\r\nContent-Type: application/json', params) +
      part('file', '; filename="a.tar"\r\nContent-Type: application/tar', 'nonsense') +
      `--${boundary}--\r\n`;
    const headers = {
      authorization: `Kinvey ${client.token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    };

    const answer = await fetch(`${url}v4/jobs`, { method: 'POST', headers, body });

    assert.equal(answer.status, 202);
    const { job } = (await answer.json()) as { job: string };
    assert.match((await client.ended(job)).progress, /not an uncompressed tar/);
  });
});
