import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import path from 'node:path';
import { readTlsFiles } from '../../../src/runtime/tlsFiles';
import { certificate } from '../../support/certificate';
import { startInProcess } from '../../support/inProcessRuntime';
import { useTempFolder } from '../../support/tempFolder';

describe('readTlsFiles', () => {
  const { certFile, keyFile, otherKeyFile } = certificate;
  const folder = useTempFolder();

  it('reads what the runtime then serves HTTPS with', async () => {
    const tls = readTlsFiles(certFile, keyFile);
    const runtime = await startInProcess({ tls });
    try {
      assert.match(runtime.url, /^https:\/\/127\.0\.0\.1:\d+\/$/);
      const status = await new Promise((resolve, reject) => {
        get(`${runtime.url}healthcheck`, { ca: tls.cert }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).once('error', reject);
      });
      assert.equal(status, 200);
      await assert.rejects(fetch(`${runtime.url.replace('https', 'http')}healthcheck`));
    } finally {
      await runtime.close();
    }
  });

  it('refuses files that are missing, no PEM, or not of one another', () => {
    const nonsense = path.join(folder(), 'nonsense.pem');
    writeFileSync(nonsense, 'nonsense');

    const refuses = (cert: string, key: string, reason: RegExp) =>
      assert.throws(() => readTlsFiles(cert, key), { code: 'invalidInput', message: reason });
    refuses(path.join(folder(), 'nowhere'), keyFile, /^--tls-cert cannot be read: ENOENT/);
    refuses(certFile, folder(), /^--tls-key cannot be read: EISDIR/);
    refuses(nonsense, keyFile, /are no certificate with its key/);
    refuses(certFile, otherKeyFile, /are no certificate with its key/);
  });
});
