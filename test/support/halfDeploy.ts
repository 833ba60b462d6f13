import { connect, type Socket } from 'node:net';
import type { TestService } from './runtimeClient';

/** Sends a deploy up to the middle of its archive. */
export async function sendHalf(
  { hostname, port }: URL,
  token: string,
  { serviceId, environmentId }: TestService,
): Promise<Socket> {
  const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"`;
  const params = JSON.stringify({ serviceId, serviceEnvironmentId: environmentId });
  const body =
    `${part('type')}\r\n\r\ndeployService\r\n${part('params')}\r\n\r\n${params}\r\n` +
    `${part('file')}; filename="archive.tar"\r\nContent-Type: application/tar\r\n\r\n${'x'.repeat(100_000)}`;
  const head = [
    'POST /v4/jobs HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `Authorization: Kinvey ${token}`,
    'Content-Type: multipart/form-data; boundary=b',
    'Content-Length: 5000000',
  ];
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => resolve());
  });
  return socket;
}
