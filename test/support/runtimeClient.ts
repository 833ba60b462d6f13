import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { create } from 'tar';
import type {
  Job,
  LogEntry,
  Organization,
  Service,
  ServiceEnvironment,
  ServiceStatus,
  SignInBody,
} from '../../src/core/kinvey/apiTypes';
import { owner } from './runtimeProcess';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';
import { until } from './until';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface TestService {
  readonly serviceId: string;
  readonly environmentId: string;
}

export type Files = Readonly<Record<string, string>>;

/** Speaks to a runtime as a signed-in client does. */
export class RuntimeClient {
  private constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  static async signIn(url: string, as: SignInBody = owner): Promise<RuntimeClient> {
    const anonymous = new RuntimeClient(url, '');
    const { body } = await anonymous.send('POST', 'session', as);
    return new RuntimeClient(url, (body as { token: string }).token);
  }

  /** `body` is sent as JSON unless it is a form. */
  async send(method: string, route: string, body?: unknown): Promise<Answer> {
    const isForm = body instanceof FormData;
    const response = await fetch(this.url + route, {
      method,
      headers: {
        ...(this.token !== '' && { authorization: `Kinvey ${this.token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      body: isForm ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** A new service with one environment. */
  async createService(environment: object = {}): Promise<TestService> {
    const [organization] = (await this.send('GET', 'v4/organizations')).body as [Organization];
    const access = { writers: { organizations: [organization.id] } };
    const service = await this.send('POST', 'v4/services', { name: 'x', type: 'internal', access });
    const serviceId = (service.body as Service).id;
    const created = await this.send('POST', `v4/services/${serviceId}/environments`, {
      name: 'Development',
      secret: 's3cret',
      ...environment,
    });
    return { serviceId, environmentId: (created.body as ServiceEnvironment).id };
  }

  /** Answers the job's id. */
  async deploy(to: TestService, version: string, files: Files, more?: object): Promise<string> {
    const archive = packFiles(files);
    const answer = await this.send('POST', 'v4/jobs', deployForm(to, version, archive, more));
    return (answer.body as { job: string }).job;
  }

  async recycle({ serviceId, environmentId }: TestService): Promise<string> {
    const params = { serviceId, serviceEnvironmentId: environmentId };
    const answer = await this.send('POST', 'v4/jobs', { type: 'recycleService', params });
    return (answer.body as { job: string }).job;
  }

  async job(id: string): Promise<Job> {
    return (await this.send('GET', `v4/jobs/${id}`)).body as Job;
  }

  /** Waits until a job has ended, well or not. */
  async ended(id: string): Promise<Job> {
    return until(`the end of job ${id}`, async () => {
      const job = await this.job(id);
      return (job.status === 'COMPLETE' || job.status === 'FAILED') && job;
    });
  }

  async status({ serviceId, environmentId }: TestService): Promise<ServiceStatus> {
    const route = `v4/services/${serviceId}/environments/${environmentId}/status`;
    return (await this.send('GET', route)).body as ServiceStatus;
  }

  async online(service: TestService): Promise<ServiceStatus> {
    return until('ONLINE', async () => {
      const status = await this.status(service);
      return status.status === 'ONLINE' && status;
    });
  }

  async logs({ serviceId, environmentId }: TestService, query = ''): Promise<LogEntry[]> {
    const route = `v4/services/${serviceId}/environments/${environmentId}/logs${query}`;
    return (await this.send('GET', route)).body as LogEntry[];
  }

  /** Sends a request to the running service. */
  call(service: TestService, route: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}flex/${service.environmentId}${route}`, init);
  }
}

export function deployForm(
  { serviceId, environmentId }: TestService,
  version: string | undefined,
  archive: Buffer,
  more: object = {},
): FormData {
  const params = { serviceId, serviceEnvironmentId: environmentId, version, ...more };
  const form = new FormData();
  form.set('type', 'deployService');
  form.set('params', JSON.stringify(params));
  form.set('file', new Blob([new Uint8Array(archive)]), 'archive.tar');
  return form;
}

/** A plain tar of some files. */
export function packFiles(files: Files): Buffer {
  const folder = createScratchFolder('pack');
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const pack = create({ cwd: folder, portable: true, sync: true }, Object.keys(files));
    return pack.read() ?? Buffer.alloc(0);
  } finally {
    removeScratchFolder(folder);
  }
}

/** A service without dependencies: healthy on 10001, and what `extra` adds. */
export function tinyService(version: string, extra = ''): Files {
  return {
    'package.json': JSON.stringify({ name: 'tiny', version }),
    'index.js': `
      const http = require('http');
      ${extra}
      http.createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => { body += chunk; });
        request.on('end', () => {
          if (request.url === '/exit') process.exit(7);
          if (request.url === '/hang') return;
          if (request.url === '/cut') return request.socket.destroy();
          const { method, url, headers } = request;
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ version: '${version}', pid: process.pid, method, url, headers, body, env: process.env }));
        });
      }).listen(10001, 'localhost', () => console.log('listening ${version}'));
      process.on('SIGTERM', () => process.exit(0));
    `,
  };
}
