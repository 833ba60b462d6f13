import { outputOf, type PortOwner } from './processName';

const localHosts = new Set(['0.0.0.0', '127.0.0.1', '[::]', '[::1]']);

/** Asks netstat for the listener and tasklist for its program; Windows tells no directory. */
export async function findOnWindows(port: number): Promise<PortOwner | undefined> {
  const pid = parseNetstat(await outputOf('netstat', '-ano'), port);
  if (pid === undefined) {
    return undefined;
  }
  const listed = await outputOf('tasklist', '/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH');
  return { pid, command: parseTasklist(listed) };
}

/**
 * The process that listens on a port in what `netstat -ano` prints. The state's word is translated
 * on other Windows languages, so a listener is known by its foreign port 0.
 */
export function parseNetstat(text: string, port: number): number | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [protocol, local = '', foreign = '', ...rest] = line.trim().split(/\s+/);
    const colon = local.lastIndexOf(':');
    const here = localHosts.has(local.slice(0, colon)) && Number(local.slice(colon + 1)) === port;
    if (protocol === 'TCP' && here && foreign.endsWith(':0')) {
      return Number(rest.at(-1));
    }
  }
  return undefined;
}

/** The program's name in what `tasklist /FO CSV /NH` prints. */
export function parseTasklist(text: string): string | undefined {
  return /^"([^"]+)","\d+"/m.exec(text)?.[1];
}
