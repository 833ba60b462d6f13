import { randomInt } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DeployParams } from './apiTypes';

/**
 * The multipart body of a deploy, byte for byte as kinvey-cli sends it (contract 4.1), and its
 * content type.
 */
export function createDeployBody(
  params: DeployParams,
  archive: Readable,
): { body: Readable; contentType: string } {
  const boundary = '-'.repeat(26) + Array.from({ length: 24 }, () => randomInt(10)).join('');
  // An archive may fail before its first byte is asked for; reading it then throws that very error.
  archive.on('error', () => undefined);
  return {
    body: Readable.from(pieces(params, archive, boundary)),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

async function* pieces(
  params: DeployParams,
  archive: Readable,
  boundary: string,
): AsyncGenerator<Buffer> {
  const { serviceId, serviceEnvironmentId, version, environmentVariables, runtime } = params;
  const inOrder = { serviceId, serviceEnvironmentId, version, environmentVariables, runtime };
  yield Buffer.from(
    field(boundary, 'type', 'deployService') +
      field(boundary, 'params', JSON.stringify(inOrder)) +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="archive.tar"\r\n` +
      'Content-Type: application/tar\r\n\r\n',
  );
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    yield chunk;
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

function field(boundary: string, name: string, value: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}
