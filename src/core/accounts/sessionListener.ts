import http from 'node:http';
import { once } from 'node:events';
import type { Disposable } from '../base/disposable';
import { AppError, systemCode } from '../base/errors';
import { delay } from '../base/retry';
import { describeOwner, findPortOwner } from '../handlers/portOwner';
import { signedInPage } from './signedInPage';

/** `localhost` in the browser is either of both (contract T21). */
const hosts = ['127.0.0.1', '::1'];
const donePath = '/signed-in';
/** For the browser to fetch the last page, whose address is free of the session. */
const lastPageMs = 2_000;

/**
 * A listener on this machine to which the instance sends the browser with the new session:
 * `GET /?session=<token>` (contract 2.5). Whoever opens it disposes it.
 */
export class SessionListener implements Disposable {
  private readonly session = deferred<string>();
  private readonly lastPage = deferred<true>();

  private constructor(private readonly servers: http.Server[]) {}

  /** Throws `portTaken` with the process that has the port. */
  static async open(port: number): Promise<SessionListener> {
    const servers: http.Server[] = [];
    const listener = new SessionListener(servers);
    try {
      for (const host of hosts) {
        await listener.listen(host, port);
      }
      return listener;
    } catch (error) {
      listener.dispose();
      throw systemCode(error) === 'EADDRINUSE' ? await portTaken(port) : error;
    }
  }

  /** The token that the browser brought. Throws `cancelled`, and `timedOut` when nobody came. */
  async wait(timeoutMs: number, signal?: AbortSignal): Promise<string> {
    const end = new AbortController();
    const anyEnd = AbortSignal.any([end.signal, ...(signal ? [signal] : [])]);
    try {
      const token = await Promise.race([this.session.promise, this.giveUp(timeoutMs, anyEnd)]);
      // A cancel from now on must not lose the token: whoever gets it has a session to end.
      const soon = delay(lastPageMs, anyEnd).catch(() => undefined);
      await Promise.race([this.lastPage.promise, soon]);
      return token;
    } finally {
      end.abort();
    }
  }

  dispose(): void {
    for (const server of this.servers) {
      server.close();
      server.closeIdleConnections();
    }
  }

  private async listen(host: string, port: number): Promise<void> {
    const server = http.createServer((request, response) => this.answer(request, response));
    server.listen({ host, port, exclusive: true });
    try {
      await once(server, 'listening');
      this.servers.push(server);
    } catch (error) {
      // A machine without IPv6.
      if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(systemCode(error) ?? '')) {
        throw error;
      }
    }
  }

  private async giveUp(timeoutMs: number, signal: AbortSignal): Promise<never> {
    await delay(timeoutMs, signal);
    throw new AppError(
      'timedOut',
      `Nobody signed in in the browser within ${Math.ceil(timeoutMs / 60_000)} minutes. Sign in again.`,
    );
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    response.setHeader('Connection', 'close');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Referrer-Policy', 'no-referrer');
    const url = new URL(request.url ?? '/', 'http://localhost');
    const token = url.searchParams.get('session') ?? '';
    if (request.method !== 'GET' || !isLocal(request.headers.host)) {
      response.writeHead(403).end();
    } else if (url.pathname === donePath) {
      response.writeHead(200, signedInPage.headers).end(signedInPage.html);
      response.once('close', () => this.lastPage.resolve(true));
    } else if (url.pathname === '/' && isToken(token)) {
      // Elsewhere, so that the session stays in no address bar and in no history.
      response.writeHead(302, { Location: donePath }).end();
      this.session.resolve(token);
    } else {
      response.writeHead(404).end();
    }
  }
}

/** Fit to be sent in a header. */
function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(text);
}

/** A page elsewhere may have its own name resolved to this machine. */
function isLocal(host = ''): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}

async function portTaken(port: number): Promise<AppError> {
  const owner = await findPortOwner(port);
  return new AppError(
    'portTaken',
    `Signing in by browser needs port ${port}, which ${describeOwner(owner ?? {})} has. End that and sign in again.`,
  );
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
