import { randomUUID } from 'node:crypto';
import type { Organization } from '../../core/kinvey/apiTypes';
import type { Database, Row } from './database';
import { integer, text } from './row';

/** The organizations that own apps and services. */
export class OrganizationStore {
  constructor(private readonly database: Database) {}

  create(name: string, creator: string): void {
    this.database.run(
      'INSERT INTO organizations VALUES (?, ?, ?, ?)',
      randomUUID(),
      name,
      creator,
      Date.now(),
    );
  }

  list(): Organization[] {
    return this.database.all('SELECT * FROM organizations ORDER BY created_at').map(toOrganization);
  }

  find(id: string): Organization | undefined {
    const row = this.database.get('SELECT * FROM organizations WHERE id = ?', id);
    return row && toOrganization(row);
  }

  rename(id: string, name: string): void {
    this.database.run('UPDATE organizations SET name = ? WHERE id = ?', name, id);
  }
}

/** `security` is what kinvey-cli chooses its service query by (contract T1). */
function toOrganization(row: Row): Organization {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    security: {
      requireApprovals: false,
      requireEmailVerification: false,
      requireTwoFactorAuth: false,
    },
    restrictions: { defaultPlanLevel: 'development' },
    creator: text(row, 'creator'),
    creationTime: new Date(integer(row, 'created_at')).toISOString(),
  };
}
