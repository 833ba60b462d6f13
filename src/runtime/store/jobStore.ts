import { randomBytes } from 'node:crypto';
import type { Job } from '../../core/kinvey/apiTypes';
import type { Database, Row } from './database';
import { integer, json, text } from './row';

export type JobType = 'deploy' | 'recycle';

export interface NewJob {
  readonly id: string;
  readonly environmentId: string;
  readonly type: JobType;
  readonly params: Readonly<Record<string, unknown>>;
}

/** 32 hex digits, as the vendor's fixtures have them. */
export function mintJobId(): string {
  return randomBytes(16).toString('hex');
}

/** What became of each deploy and recycle. */
export class JobStore {
  constructor(private readonly database: Database) {}

  create({ id, environmentId, type, params }: NewJob): void {
    const now = Date.now();
    this.database.run(
      'INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      environmentId,
      type,
      'PENDING',
      'Waiting',
      JSON.stringify(params),
      now,
      now,
    );
  }

  find(id: string): Job | undefined {
    const row = this.database.get('SELECT * FROM jobs WHERE id = ?', id);
    return row && toJob(row);
  }

  /** Tells how far it is, in words. */
  advance(id: string, progress: string): void {
    this.set(id, 'RUNNING', progress);
  }

  complete(id: string, progress: string): void {
    this.set(id, 'COMPLETE', progress);
  }

  fail(id: string, reason: string): void {
    this.set(id, 'FAILED', reason);
  }

  /** What was neither complete nor failed when the runtime last ended, with its environment. */
  listUnfinished(): (Job & { environmentId: string })[] {
    return this.database
      .all("SELECT * FROM jobs WHERE status IN ('PENDING', 'RUNNING') ORDER BY created_at")
      .map((row) => ({ ...toJob(row), environmentId: text(row, 'environment_id') }));
  }

  private set(id: string, status: Job['status'], progress: string): void {
    this.database.run(
      'UPDATE jobs SET status = ?, progress = ?, updated_at = ? WHERE id = ?',
      status,
      progress,
      Date.now(),
      id,
    );
  }
}

function toJob(row: Row): Job {
  const id = text(row, 'id');
  return {
    jobId: id,
    type: text(row, 'type'),
    status: text(row, 'status'),
    progress: text(row, 'progress'),
    updated: new Date(integer(row, 'updated_at')).toISOString(),
    params: json(row, 'params') as Record<string, unknown>,
  };
}
