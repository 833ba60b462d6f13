import { randomBytes, randomUUID } from 'node:crypto';
import type { App, AppEnvironment } from '../../core/kinvey/apiTypes';
import type { Database, Row } from './database';
import { text } from './row';

/** Apps and their environments (contract 2.6). */
export class AppStore {
  constructor(private readonly database: Database) {}

  /** Also makes the environment `Development`, which the CLI counts on. */
  create(name: string, organizationId: string): App | undefined {
    const id = randomUUID();
    this.database.transaction(() => {
      this.database.run(
        'INSERT INTO apps VALUES (?, ?, ?, ?)',
        id,
        name,
        organizationId,
        Date.now(),
      );
      this.insertEnvironment(id, 'Development');
    });
    return this.find(id);
  }

  list(organizationId?: string): App[] {
    return this.database
      .all(
        'SELECT * FROM apps WHERE ? IS NULL OR organization_id = ? ORDER BY created_at',
        organizationId ?? null,
        organizationId ?? null,
      )
      .map((row) => this.toApp(row));
  }

  find(id: string): App | undefined {
    const row = this.database.get('SELECT * FROM apps WHERE id = ?', id);
    return row && this.toApp(row);
  }

  rename(id: string, name: string): void {
    this.database.run('UPDATE apps SET name = ? WHERE id = ?', name, id);
  }

  delete(id: string): boolean {
    return this.database.run('DELETE FROM apps WHERE id = ?', id) > 0;
  }

  createEnvironment(appId: string, name: string): AppEnvironment | undefined {
    return this.findEnvironment(this.insertEnvironment(appId, name));
  }

  listEnvironments(appId: string): AppEnvironment[] {
    return this.database
      .all('SELECT * FROM app_environments WHERE app_id = ? ORDER BY created_at', appId)
      .map(toEnvironment);
  }

  findEnvironment(id: string): AppEnvironment | undefined {
    const row = this.database.get('SELECT * FROM app_environments WHERE id = ?', id);
    return row && toEnvironment(row);
  }

  renameEnvironment(id: string, name: string): void {
    this.database.run('UPDATE app_environments SET name = ? WHERE id = ?', name, id);
  }

  deleteEnvironment(id: string): boolean {
    return this.database.run('DELETE FROM app_environments WHERE id = ?', id) > 0;
  }

  private insertEnvironment(appId: string, name: string): string {
    const id = `kid_${randomBytes(6).toString('hex')}`;
    this.database.run(
      'INSERT INTO app_environments VALUES (?, ?, ?, ?, ?, ?)',
      id,
      appId,
      name,
      randomBytes(16).toString('hex'),
      randomBytes(16).toString('hex'),
      Date.now(),
    );
    return id;
  }

  private toApp(row: Row): App {
    const id = text(row, 'id');
    return {
      id,
      name: text(row, 'name'),
      organizationId: text(row, 'organization_id'),
      plan: { level: 'development' },
      environments: this.listEnvironments(id),
    };
  }
}

function toEnvironment(row: Row): AppEnvironment {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    app: text(row, 'app_id'),
    appSecret: text(row, 'app_secret'),
    masterSecret: text(row, 'master_secret'),
    apiVersion: 3,
    numberOfCollaborators: 0,
    numberOfAdmins: 1,
  };
}
