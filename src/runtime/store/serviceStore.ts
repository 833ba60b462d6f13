import { randomUUID } from 'node:crypto';
import type { Service } from '../../core/kinvey/apiTypes';
import type { Database, Row } from './database';
import { optionalText, text } from './row';

/** Who may deploy: exactly one organization or one app (contract 3.1). */
export interface ServiceOwner {
  readonly organizationId?: string;
  readonly appId?: string;
}

export interface ServiceFields {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly owner: ServiceOwner;
}

/** The services, without their environments. */
export class ServiceStore {
  constructor(private readonly database: Database) {}

  create({ name, type, description, owner }: ServiceFields): string {
    const id = randomUUID();
    this.database.run(
      'INSERT INTO services VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      name,
      type,
      description ?? null,
      owner.organizationId ?? null,
      owner.appId ?? null,
      Date.now(),
    );
    return id;
  }

  /** Those of one organization and of one app; without either all. */
  list({ organizationId, appId }: ServiceOwner): Service[] {
    return this.database
      .all(
        'SELECT * FROM services WHERE (?1 IS NULL OR organization_id = ?1) AND (?2 IS NULL OR app_id = ?2) ORDER BY created_at',
        organizationId ?? null,
        appId ?? null,
      )
      .map(toService);
  }

  find(id: string): Service | undefined {
    const row = this.database.get('SELECT * FROM services WHERE id = ?', id);
    return row && toService(row);
  }

  /** An absent description stays as it is; `type` never changes (contract 3.3). */
  update(id: string, { name, description, owner }: Omit<ServiceFields, 'type'>): void {
    this.database.run(
      'UPDATE services SET name = ?, description = coalesce(?, description), organization_id = ?, app_id = ? WHERE id = ?',
      name,
      description ?? null,
      owner.organizationId ?? null,
      owner.appId ?? null,
      id,
    );
  }

  delete(id: string): void {
    this.database.run('DELETE FROM services WHERE id = ?', id);
  }
}

/** `apps` is left out for an organization's service: the CLI looks for that key first. */
function toService(row: Row): Service {
  const organizationId = optionalText(row, 'organization_id');
  const appId = optionalText(row, 'app_id');
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    type: text(row, 'type'),
    description: optionalText(row, 'description'),
    access: {
      writers: {
        ...(organizationId !== undefined && { organizations: [organizationId] }),
        ...(appId !== undefined && { apps: [appId] }),
      },
    },
  };
}
