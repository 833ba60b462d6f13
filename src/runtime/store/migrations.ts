/**
 * The schema, step by step. A step that was released is never edited: append the next one.
 * Times are milliseconds since 1970; `state` and `variables` are JSON.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    first_name TEXT,
    last_name TEXT,
    password TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE tokens (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE apps (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations(id),
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE app_environments (
    id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    app_secret TEXT NOT NULL,
    master_secret TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE services (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    description TEXT,
    organization_id TEXT,
    app_id TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE service_environments (
    id TEXT PRIMARY KEY,
    service_id TEXT NOT NULL REFERENCES services(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    host TEXT NOT NULL,
    variables TEXT NOT NULL,
    runtime TEXT,
    description TEXT,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    environment_id TEXT NOT NULL REFERENCES service_environments(id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    progress TEXT NOT NULL,
    params TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE processes (
    pid INTEGER PRIMARY KEY,
    identity TEXT NOT NULL
  ) STRICT;
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment_id TEXT NOT NULL,
    container_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    threshold TEXT,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX logs_by_time ON logs(environment_id, at, id);
  `,
  // two_factor is the secret of the codes, absent where there are none; two_factor_step the last
  // time step whose code was taken.
  `
  ALTER TABLE accounts ADD COLUMN two_factor TEXT;
  ALTER TABLE accounts ADD COLUMN two_factor_step INTEGER;
  `,
  // Logs have a database of their own; what 0.1.0 kept here is not carried over.
  `
  DROP TABLE logs;
  `,
];
