import { isAppError } from '../base/errors';
import { findFreePort } from '../base/freePort';
import { throwIfAborted } from '../base/retry';
import type { Discovery } from './discovery';
import { LocalProcess, type ProcessEnd } from './localProcess';
import { LocalService } from './localService';

/** What a service is started with, to see whether it does. */
export interface LocalStartTools {
  /** The Node.js to run it with: a path, or a name that PATH finds. */
  readonly node: string;
  /** The script that gives a service another port than its own. */
  readonly portHook: string;
  /** What the service listens on by its own code; contract 7.1. */
  readonly servicePort: number;
  /** How long it may take to answer. */
  readonly timeoutMs: number;
}

export interface LocalStartOptions extends LocalStartTools {
  readonly folder: string;
  /** All that it sees beside what a process cannot do without, as in the cloud. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type LocalStart =
  | { readonly kind: 'started'; readonly handlers?: Discovery }
  | { readonly kind: 'ended'; readonly end: ProcessEnd; readonly output: string }
  /** `answers`: with this status to its health check, but not that it is healthy. */
  | { readonly kind: 'silent'; readonly answers?: number };

const inherited = [
  ...['PATH', 'Path', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'TMP'],
  ...['USERPROFILE', 'SystemRoot', 'ComSpec', 'APPDATA', 'LOCALAPPDATA'],
];

/**
 * Starts a service on a free port, waits until it answers, asks for its handlers and ends it.
 * Throws only `cancelled`; nothing is left running then.
 */
export async function tryStart(options: LocalStartOptions): Promise<LocalStart> {
  const { folder, node, portHook: preload, signal } = options;
  throwIfAborted(signal);
  const port = await findFreePort();
  const service = new LocalProcess({ folder, node, preload, env: environmentOf(options, port) });
  try {
    return await firstOf(service, new LocalService(port), options);
  } finally {
    await service.stop();
  }
}

/** Whichever comes first: its answer, its end, or the end of the time. */
async function firstOf(
  running: LocalProcess,
  service: LocalService,
  { timeoutMs, signal }: LocalStartOptions,
): Promise<LocalStart> {
  const abort = new AbortController();
  const both = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal;
  const ending = running.ended.then(
    (end) => ({ kind: 'ended', end, output: running.output }) as const,
  );
  const answering = service
    .waitUntilHealthy({ timeoutMs, signal: both })
    .then(async () => ({ kind: 'started', handlers: await handlersOf(service, both) }) as const);
  try {
    return await Promise.race([ending, answering]);
  } catch (error) {
    if (!isAppError(error, 'serviceNotReady')) {
      throw error;
    }
    return { kind: 'silent', answers: await service.pingStatus(signal) };
  } finally {
    abort.abort();
    await answering.catch(() => undefined);
  }
}

/** A service may answer its health check and nothing else. */
async function handlersOf(
  service: LocalService,
  signal: AbortSignal,
): Promise<Discovery | undefined> {
  try {
    return await service.discover({ signal });
  } catch (error) {
    if (isAppError(error, 'serviceNotReady')) {
      return undefined;
    }
    throw error;
  }
}

function environmentOf(
  { variables, servicePort }: LocalStartOptions,
  port: number,
): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => inherited.includes(name));
  return {
    ...Object.fromEntries(own),
    NODE_ENV: 'production',
    ...variables,
    // What replicas of the runtime are given their port by.
    FLEX_REPLICA_SERVICE_PORT: String(servicePort),
    FLEX_REPLICA_PORT: String(port),
  };
}
