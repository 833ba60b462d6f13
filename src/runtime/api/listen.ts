import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { AppError, messageOf, systemCode } from '../../core/base/errors';

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Present: HTTPS. */
  readonly tls?: object;
}

/** Answers the URL, with a slash at its end. Throws AppError portTaken. */
export async function listen(server: FastifyInstance, options: ListenOptions): Promise<string> {
  const { host, port, tls } = options;
  try {
    await server.listen({ host, port });
  } catch (error) {
    const reason = systemCode(error) === 'EADDRINUSE' ? 'another program has it' : messageOf(error);
    throw new AppError(
      'portTaken',
      `Port ${port} on ${host} cannot be used: ${reason}. Choose another one with --port.`,
      { cause: error },
    );
  }
  return urlOf(server.server.address() as AddressInfo, tls ? 'https' : 'http');
}

function urlOf({ address, family, port }: AddressInfo, scheme: string): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
}
