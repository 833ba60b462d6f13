import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forwardRequest, isDeployUpload } from './forwardRequest';

/** A proxy in front of an instance that can hold back deploys: they are read, and never answered. */
export class HeldProxy {
  /** Whether deploys are held back from now on. */
  holds = false;
  /** How many were. */
  held = 0;
  /** What the management API was told to change, such as `POST /v4/jobs`. */
  readonly changes: string[] = [];
  private readonly server = createServer((incoming, response) => {
    const isApi = incoming.url?.startsWith('/v4/') === true;
    if (isApi && incoming.method !== 'GET') {
      this.changes.push(`${incoming.method} ${incoming.url}`);
    }
    if (this.holds && isDeployUpload(incoming)) {
      incoming.resume();
      incoming.once('end', () => (this.held += 1));
      return;
    }
    forwardRequest(incoming, response, this.target);
  });

  private constructor(private readonly target: string) {}

  static async start(target: string): Promise<HeldProxy> {
    const proxy = new HeldProxy(target);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
