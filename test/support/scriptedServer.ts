import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, portOf, shut } from './listen';

/** What came in. `body` is there for the steps that wait for it. */
export interface ReceivedRequest {
  method: string;
  /** Path with query, without the leading slash. */
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** Answers one request; the request's body has not been read. */
export type Step = (request: http.IncomingMessage, response: http.ServerResponse) => unknown;

/**
 * A real HTTP server on a free loopback port that does what a test tells it to: `on` lists the
 * answers for a method and path, the last one staying for good. Anything else is answered 404 with
 * a Kinvey error.
 */
export class ScriptedServer {
  readonly requests: ReceivedRequest[] = [];
  private readonly steps = new Map<string, Step[]>();
  private readonly server = http.createServer((request, response) => {
    void this.answer(request, response);
  });

  static async start(port = 0): Promise<ScriptedServer> {
    const scripted = new ScriptedServer();
    await listen(scripted.server, port);
    return scripted;
  }

  get port(): number {
    return portOf(this.server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** `target` is method and path without query, such as `GET v4/organizations`. */
  on(target: string, ...steps: Step[]): this {
    this.steps.set(target, steps);
    return this;
  }

  /** How often this was asked for. */
  count(target: string): number {
    return this.requests.filter((request) => targetOf(request) === target).length;
  }

  async close(): Promise<void> {
    shut(this.server);
    await once(this.server, 'close');
  }

  private async answer(
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    request.on('error', () => undefined);
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: (request.url ?? '').slice(1),
      headers: request.headers,
      body: '',
    };
    this.requests.push(received);
    const steps = this.steps.get(targetOf(received)) ?? [];
    const step = steps.length > 1 ? steps.shift() : steps[0];
    request.on('data', (chunk: Buffer) => (received.body += chunk.toString('latin1')));
    if (step === undefined) {
      request.pause();
    }
    await (step ?? json(404, { code: 'NotFound', description: 'Nothing here.' }))(
      request,
      response,
    );
  }
}

function targetOf({ method, path }: ReceivedRequest): string {
  return `${method} ${path.split('?')[0] ?? ''}`;
}

/** Reads the request's body, then answers with JSON. */
export function json(status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Step {
  return text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

/** Reads the request's body, then answers with this text as it is. */
export function text(status: number, body = '', headers: http.OutgoingHttpHeaders = {}): Step {
  return async (request, response) => {
    if (!request.complete) {
      await once(request, 'end').catch(() => undefined);
    }
    response.writeHead(status, headers).end(body);
  };
}

/** Cuts the connection without an answer. */
export const cut: Step = (request) => request.socket.destroy();

/** Begins an answer and cuts the connection in the middle of it. */
export const cutMidway: Step = (request, response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"half":', () => request.socket.destroy());
};

/** Never answers. */
export const hang: Step = () => undefined;

/** Waits for a condition. */
export async function eventually(holds: () => boolean, what = 'the condition'): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) {
      throw new Error(`Waited in vain for ${what}`);
    }
    await sleep(5);
  }
}
