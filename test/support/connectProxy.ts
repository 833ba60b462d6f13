import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { certificate } from './certificate';
import { forwardRequest } from './forwardRequest';
import { listen, portOf, shut } from './listen';

/**
 * A company's proxy, which alone reaches an instance: whatever host a client asks for by CONNECT,
 * it gets to the instance, spoken to in TLS with a certificate that it does not know.
 */
export class ConnectProxy {
  /** What clients asked to be connected with, such as `kinvey.test:443`. */
  readonly connected: string[] = [];
  private readonly front;
  private readonly proxy = createServer((_, response) => response.writeHead(405).end());

  private constructor(instance: string) {
    // The instance answers to its own name only.
    const { host } = new URL(instance);
    const forward: RequestListener = (incoming, response) =>
      forwardRequest(incoming, response, instance, { ...incoming.headers, host });
    const [key, cert] = [readFileSync(certificate.keyFile), readFileSync(certificate.certFile)];
    this.front = createTlsServer({ key, cert }, forward);
    this.proxy.on('connect', ({ url }, socket) => {
      this.connected.push(url ?? '');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const tunnel = connect(portOf(this.front), '127.0.0.1');
      tunnel.once('error', () => socket.destroy());
      socket.once('error', () => tunnel.destroy());
      tunnel.pipe(socket).pipe(tunnel);
    });
  }

  static async start(instance: string): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(instance);
    await Promise.all([listen(proxy.front), listen(proxy.proxy)]);
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.proxy)}`;
  }

  stop(): void {
    [this.front, this.proxy].forEach(shut);
  }
}
