import net from 'node:net';
import { systemCode } from '../base/errors';
import { findOnLinux } from './portOwnerLinux';
import { findOnMac } from './portOwnerMac';
import { findOnWindows } from './portOwnerWindows';
import type { PortOwner } from './processName';

export type { PortOwner } from './processName';

/** Asks the system's own tables. Undefined: nobody found, which may also mean not allowed to know. */
type FindListener = (port: number) => Promise<PortOwner | undefined>;

/**
 * Tells who holds a port that a service on this machine needs; undefined: it is free, `{}`: taken,
 * but by whom is not known. Never throws.
 */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  const listener = await finderFor(process.platform)(port).catch(() => undefined);
  if (listener) {
    return listener;
  }
  return (await isTaken(port)) ? {} : undefined;
}

/** 'node server.js (process 4711) in /home/ann/orders', or as much of it as is known. */
export function describeOwner({ pid, command, cwd }: PortOwner): string {
  const process = pid === undefined ? '' : `process ${pid}`;
  const name = command && process ? `${command} (${process})` : (command ?? process);
  return (name || 'another process') + (cwd ? ` in ${cwd}` : '');
}

function finderFor(platform: NodeJS.Platform): FindListener {
  const finders: Partial<Record<NodeJS.Platform, FindListener>> = {
    linux: findOnLinux,
    darwin: findOnMac,
    win32: findOnWindows,
  };
  return finders[platform] ?? (() => Promise.resolve(undefined));
}

/** The SDK binds `localhost`, which is either of both (contract T21). */
async function isTaken(port: number): Promise<boolean> {
  const [v4, v6] = await Promise.all([cannotBind(port, '127.0.0.1'), cannotBind(port, '::1')]);
  return v4 || v6;
}

function cannotBind(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error) => resolve(systemCode(error) === 'EADDRINUSE'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)));
  });
}
