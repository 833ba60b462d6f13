import { randomUUID } from 'node:crypto';
import type { ServiceEnvironment, ServiceStatus } from '../../core/kinvey/apiTypes';
import type { Database, Row } from './database';
import { json, optionalText, text } from './row';

/** What answers requests now; it outlives a restart of the runtime. */
export interface Serving {
  /** Name of the version's folder. */
  readonly build: string;
  readonly version?: string;
  readonly runtime?: string;
  /** The major version of Node.js that it was built for and runs on; absent: the runtime's own. */
  readonly node?: number;
  /** As they were when this version was rolled out. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What a PUT on the environment changes of what serves. */
export type Changes = Pick<Serving, 'runtime' | 'variables'>;

/** What the status (contract 4.7) is told from. */
export interface EnvironmentState {
  readonly status: ServiceStatus['status'];
  readonly serving?: Serving;
  readonly deployment?: ServiceStatus['deployment'];
  readonly requestedAt?: string;
  readonly deployUserInfo?: ServiceStatus['deployUserInfo'];
  /** With these an update or a recycle failed: a start of the runtime does not try them again. */
  readonly failedChanges?: Changes;
  /** While a deploy runs: the state to go back to, should the runtime end in the middle of it. */
  readonly interrupted?: EnvironmentState;
}

export interface EnvironmentRecord {
  readonly id: string;
  readonly serviceId: string;
  readonly name: string;
  readonly secret: string;
  readonly host: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly runtime?: string;
  readonly description?: string;
  readonly state: EnvironmentState;
}

export type EnvironmentFields = Pick<EnvironmentRecord, 'name' | 'secret'> &
  Partial<Pick<EnvironmentRecord, 'host' | 'variables' | 'runtime' | 'description'>>;

/** The service environments and what is known of their health. */
export class EnvironmentStore {
  constructor(private readonly database: Database) {}

  create(serviceId: string, fields: EnvironmentFields): string {
    const id = randomUUID();
    this.database.run(
      'INSERT INTO service_environments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      serviceId,
      fields.name,
      fields.secret,
      fields.host ?? `k8s-${id}`,
      JSON.stringify(fields.variables ?? {}),
      fields.runtime ?? null,
      fields.description ?? null,
      JSON.stringify({ status: 'NEW' }),
      Date.now(),
    );
    return id;
  }

  list(serviceId: string): EnvironmentRecord[] {
    return this.database
      .all('SELECT * FROM service_environments WHERE service_id = ? ORDER BY created_at', serviceId)
      .map(toRecord);
  }

  listAll(): EnvironmentRecord[] {
    return this.database
      .all('SELECT * FROM service_environments ORDER BY created_at')
      .map(toRecord);
  }

  find(id: string): EnvironmentRecord | undefined {
    const row = this.database.get('SELECT * FROM service_environments WHERE id = ?', id);
    return row && toRecord(row);
  }

  /** Absent fields stay as they are; `variables` is the whole new set (contract 3.5). */
  update(id: string, fields: Partial<EnvironmentFields>): void {
    this.database.run(
      `UPDATE service_environments SET name = coalesce(?, name), secret = coalesce(?, secret),
       host = coalesce(?, host), variables = coalesce(?, variables), runtime = coalesce(?, runtime),
       description = coalesce(?, description) WHERE id = ?`,
      fields.name ?? null,
      fields.secret ?? null,
      fields.host ?? null,
      fields.variables ? JSON.stringify(fields.variables) : null,
      fields.runtime ?? null,
      fields.description ?? null,
      id,
    );
  }

  /** Changes parts of the state; a part given as undefined is removed. */
  setState(id: string, change: Partial<EnvironmentState>): void {
    const known = this.find(id);
    if (known) {
      this.replaceState(id, { ...known.state, ...change });
    }
  }

  replaceState(id: string, state: EnvironmentState): void {
    const text = JSON.stringify(state);
    this.database.run('UPDATE service_environments SET state = ? WHERE id = ?', text, id);
  }
}

/** The environment as the wire has it (contract 3.4). */
export function toServiceEnvironment(record: EnvironmentRecord): ServiceEnvironment {
  return {
    id: record.id,
    name: record.name,
    secret: record.secret,
    host: record.host,
    environmentVariables: { ...record.variables },
    runtime: record.runtime,
    description: record.description,
  };
}

function toRecord(row: Row): EnvironmentRecord {
  return {
    id: text(row, 'id'),
    serviceId: text(row, 'service_id'),
    name: text(row, 'name'),
    secret: text(row, 'secret'),
    host: text(row, 'host'),
    variables: json(row, 'variables') as EnvironmentRecord['variables'],
    runtime: optionalText(row, 'runtime'),
    description: optionalText(row, 'description'),
    state: json(row, 'state') as EnvironmentState,
  };
}
