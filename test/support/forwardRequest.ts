import { request as open, type IncomingMessage, type ServerResponse } from 'node:http';

/** Hands a request on to an instance, and its answer back, as a proxy does. */
export function forwardRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  instance: string,
  headers = incoming.headers,
): void {
  const { method, url = '/' } = incoming;
  const outgoing = open(new URL(url, instance), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.once('error', () => response.destroy());
  incoming.pipe(outgoing);
}

/** Whether a request is the upload of a deploy. */
export function isDeployUpload({ method, headers }: IncomingMessage): boolean {
  return method === 'POST' && headers['content-type']?.startsWith('multipart/') === true;
}
