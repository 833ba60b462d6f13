import { outputOf, shortCommand, type PortOwner } from './processName';

/** Asks lsof for the listener and ps for what it runs. */
export async function findOnMac(port: number): Promise<PortOwner | undefined> {
  const listed = await outputOf('lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpcn');
  const owner = parseListeners(listed, port);
  if (owner?.pid === undefined) {
    return undefined;
  }
  const id = String(owner.pid);
  const words = await outputOf('ps', '-ww', '-o', 'command=', '-p', id);
  const open = await outputOf('lsof', '-a', '-p', id, '-d', 'cwd', '-Fn');
  return {
    pid: owner.pid,
    command: shortCommand(words.trim().split(/\s+/)) ?? owner.command,
    cwd: parseCwd(open),
  };
}

/** The first listener on this machine's own addresses in what `lsof -Fpcn` prints. */
export function parseListeners(text: string, port: number): PortOwner | undefined {
  let owner: PortOwner = {};
  for (const line of text.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) {
      owner = { pid: Number(value) };
    } else if (line.startsWith('c')) {
      owner.command = value;
    } else if (line.startsWith('n') && isLocal(value, port)) {
      return owner;
    }
  }
  return undefined;
}

/** The directory in what `lsof -d cwd -Fn` prints. */
export function parseCwd(text: string): string | undefined {
  const line = text.split('\n').find((one) => one.startsWith('n/'));
  return line?.slice(1);
}

function isLocal(name: string, port: number): boolean {
  return ['*', '127.0.0.1', '[::1]', 'localhost'].some((host) => name === `${host}:${port}`);
}
