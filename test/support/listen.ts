import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** Has a server listen on this machine only, on a free port unless told; answers the port. */
export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return portOf(server);
}

/** Of a server that listens. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Ends a server, and what it is in the middle of. */
export function shut(server: Pick<HttpServer, 'close' | 'closeAllConnections'>): void {
  server.close();
  server.closeAllConnections();
}
