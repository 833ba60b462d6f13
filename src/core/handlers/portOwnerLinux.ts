import { readdir, readFile, readlink } from 'node:fs/promises';
import { shortCommand, type PortOwner } from './processName';

const listening = '0A';

/** Addresses that a service on localhost would collide with, as /proc/net writes them. */
const localAddresses = new Set([
  '00000000',
  '0100007F',
  '0'.repeat(32),
  '00000000000000000000000001000000',
  '0000000000000000FFFF00000100007F',
]);

/** Finds the listener in /proc; `{}` when it is another user's. */
export async function findOnLinux(port: number): Promise<PortOwner | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(readTable));
  const inodes = new Set(tables.flatMap((table) => listenerInodes(table, port)));
  if (inodes.size === 0) {
    return undefined;
  }
  const pid = await findHolder(inodes);
  return pid === undefined ? {} : { pid, ...(await describeProcess(pid)) };
}

/** The socket inodes of what listens on a port, from the text of /proc/net/tcp or tcp6. */
export function listenerInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const [address = '', localPort] = local.split(':');
    const hit = state === listening && localPort === wanted && localAddresses.has(address);
    return hit && inode ? [inode] : [];
  });
}

async function readTable(name: string): Promise<string> {
  // A machine without IPv6 has no tcp6.
  return readFile(`/proc/net/${name}`, 'utf8').catch(() => '');
}

async function findHolder(inodes: ReadonlySet<string>): Promise<number | undefined> {
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await holdsOneOf(name, inodes))) {
      return Number(name);
    }
  }
  return undefined;
}

async function holdsOneOf(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  // Other users' processes cannot be read, and processes end while we look.
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const fd of fds) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) {
      return true;
    }
  }
  return false;
}

async function describeProcess(pid: number): Promise<PortOwner> {
  const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return { command: shortCommand(cmdline.split('\0')), cwd };
}
