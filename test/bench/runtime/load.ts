import { connect } from 'node:net';

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * One GET after another on each of some connections. On two cores the load shares the processor
 * with what it measures, so it does next to nothing: it looks at an answer's status and length only.
 * Throws where one is not a 200.
 */
export async function putLoad({ url, connections, seconds }: LoadOptions): Promise<Load> {
  const { hostname, port, pathname } = new URL(url);
  const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  const times: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const oneConnection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let sent = 0;
      let answer = '';
      const next = () => {
        sent = performance.now();
        socket.write(request);
      };
      socket.setEncoding('latin1');
      socket.once('connect', next).once('error', reject);
      socket.on('data', (text: string) => {
        answer += text;
        const missing = missingBytes(answer);
        if (missing > 0) return;
        const now = performance.now();
        times.push(now - sent);
        if (!answer.startsWith('HTTP/1.1 200') || missing < 0) {
          socket.destroy();
          reject(new Error(`${url} answered ${answer.slice(0, 200)}`));
        } else if (now < end) {
          answer = '';
          next();
        } else {
          socket.destroy();
          resolve();
        }
      });
    });
  await Promise.all(Array.from({ length: connections }, oneConnection));
  const took = (performance.now() - start) / 1000;
  const sorted = times.sort((a, b) => a - b);
  return {
    perSecond: sorted.length / took,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
  };
}

const lengthName = /\r\ncontent-length: *(\d+)\r\n/i;

/** How many bytes an answer lacks; below 0 where it has too many, or does not tell its length. */
function missingBytes(answer: string): number {
  const body = answer.indexOf('\r\n\r\n');
  if (body === -1) return 1;
  const length = Number(lengthName.exec(answer)?.[1] ?? -Infinity);
  return body + 4 + length - answer.length;
}
