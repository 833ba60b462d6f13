import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Job, LogEntry, ServiceStatus } from '../../src/core/kinvey/apiTypes';
import { listen, shut } from './listen';

export interface Upload {
  type: string;
  params: Record<string, unknown>;
  tar: Buffer;
}

/** A job's answer, or the status and body of an error. */
export type JobScript = Partial<Job> | { error: number; body: unknown };

type Receive = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
) => Promise<void> | void;

/** A real HTTP server on a free port that plays one service of a management API by a script. */
export class ScriptedInstance {
  /** What was asked, such as 'GET v4/jobs/job-1'. */
  readonly asked: string[] = [];
  readonly uploads: Upload[] = [];
  /** Answered one after the other; the last one again and again. */
  statuses: ServiceStatus[] = [{ status: 'NEW' }];
  jobs: JobScript[] = [{ status: 'COMPLETE' }];
  /** The HTTP status that every question for the service's status is refused with, if it is. */
  statusRefusal: 403 | 404 | undefined;
  logs: Partial<LogEntry>[] = [];
  variables: Record<string, string> | undefined;
  /** What service environments were replaced by. */
  readonly updates: Record<string, unknown>[] = [];
  /** Of the environment, where it has one. */
  runtime: string | undefined;
  /** What every update is refused with, if it is. */
  refusal: string | undefined;
  /** Called when an update is done, before its answer; `false`: the connection is cut instead. */
  onUpdate: () => boolean = () => true;
  /** What the service answers to a discovery; undefined: the instance lets nobody ask, as Kinvey's. */
  discovery: unknown;
  /** Whether it takes questions and never answers them. */
  isSilent = false;
  /** Which questions and deploys it lets wait, unread, until `release`. */
  holds: (asked: string) => boolean = () => false;
  private readonly held: (() => void)[] = [];
  /** Called before each answer but that to a deploy. */
  beforeAnswer: (asked: string) => void = () => undefined;
  /** Whether no connection is used twice. */
  set endsEachConnection(does: boolean) {
    this.server.maxRequestsPerSocket = does ? 1 : 0;
  }
  receive: Receive = async (request, response) => {
    this.uploads.push(parseUpload(await buffer(request), request.headers['content-type'] ?? ''));
    answer(response, 202, { job: 'job-1' });
  };

  private readonly server = http.createServer((request, response) => {
    // A request that is cut on purpose ends here.
    void this.serve(request, response).catch(() => response.destroy());
  });
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** On the same port as before, if there was one. */
  async start(): Promise<void> {
    this.port = await listen(this.server, this.port);
  }

  /** How many wait. */
  get holding(): number {
    return this.held.length;
  }

  release(): void {
    this.holds = () => false;
    this.held.splice(0).forEach((goOn) => goOn());
  }

  stop(): void {
    shut(this.server);
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', this.url);
    const asked = `${request.method ?? ''} ${pathname.slice(1)}`;
    this.asked.push(asked);
    if (this.holds(asked)) {
      await new Promise<void>((goOn) => this.held.push(goOn));
    }
    const isUpload = request.headers['content-type']?.startsWith('multipart/');
    if (asked === 'POST v4/jobs' && isUpload) {
      return this.receive(request, response);
    }
    const body = await buffer(request);
    this.beforeAnswer(asked);
    if (this.isSilent) {
      return;
    }
    if (asked.startsWith('PUT ')) {
      this.update(body, response);
      return;
    }
    this.answerQuestion(asked, response);
  }

  /** Contract 3.5: all variables are replaced. */
  private update(body: Buffer, response: http.ServerResponse): void {
    const update = JSON.parse(body.toString()) as { environmentVariables: Record<string, string> };
    if (this.refusal !== undefined) {
      answer(response, 422, { code: 'ValidationError', description: this.refusal });
      return;
    }
    this.updates.push(update);
    this.variables = update.environmentVariables;
    if (this.onUpdate()) {
      answer(response, 200, { ...update, id: 'env-1' });
    } else {
      response.destroy();
    }
  }

  private answerQuestion(asked: string, response: http.ServerResponse): void {
    if (asked === 'POST v4/jobs') {
      answer(response, 202, { job: 'job-1' });
    } else if (asked === 'GET v4/jobs/job-1') {
      answerJob(response, next(this.jobs));
    } else if (asked.endsWith('/status') && this.statusRefusal !== undefined) {
      answer(response, this.statusRefusal, { code: 'Refused', description: 'No such thing.' });
    } else if (asked.endsWith('/status')) {
      answer(response, 200, next(this.statuses));
    } else if (asked.endsWith('/logs')) {
      answer(response, 200, this.logs);
    } else if (asked.endsWith('/environments')) {
      const environmentVariables = this.variables;
      const { runtime } = this;
      const name = 'Development';
      answer(response, 200, [
        { id: 'env-1', name, secret: 's3cret', environmentVariables, runtime },
      ]);
    } else if (asked.endsWith('/_command/discover') && this.discovery !== undefined) {
      answer(response, 200, this.discovery);
    } else {
      answer(response, 404, { code: 'NotFound', description: 'No such thing.' });
    }
  }
}

export function answer(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function answerJob(response: http.ServerResponse, script: JobScript): void {
  if ('error' in script) {
    answer(response, script.error, script.body);
    return;
  }
  answer(response, 200, { jobId: 'job-1', type: 'deploy', progress: '', ...script });
}

function next<T>(script: T[]): T {
  const [first] = script;
  if (first === undefined) {
    throw new Error('the script is empty');
  }
  return script.length > 1 ? (script.shift() ?? first) : first;
}

/** The three parts of a deploy; contract 4.1. */
export function parseUpload(body: Buffer, contentType: string): Upload {
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1] ?? '';
  const text = body.toString('latin1');
  const parts = text.split(`--${boundary}`).slice(1, -1);
  const contents = parts.map((part) => part.slice(part.indexOf('\r\n\r\n') + 4, -2));
  const [type = '', params = '', tar = ''] = contents;
  return {
    type,
    params: JSON.parse(Buffer.from(params, 'latin1').toString()) as Record<string, unknown>,
    tar: Buffer.from(tar, 'latin1'),
  };
}
