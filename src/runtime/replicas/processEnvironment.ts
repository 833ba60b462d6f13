import path from 'node:path';

/** The port that the SDK listens on, whatever the service says (contract 7.1). */
export const servicePort = 10_001;

export interface ReplicaEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly home: string;
  readonly port: number;
}

/**
 * All that a service sees: its own variables and what a process cannot do without. Nothing of the
 * editor's or the person's environment gets through.
 */
export function replicaEnvironment(replica: ReplicaEnvironment): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'production',
    LANG: process.env.LANG ?? 'C.UTF-8',
    PATH: searchPath(),
    HOME: replica.home,
    ...replica.variables,
    ...runAsNode(),
    FLEX_REPLICA_SERVICE_PORT: String(servicePort),
    FLEX_REPLICA_PORT: String(replica.port),
  };
}

/** The runtime's own Node.js comes first, so that what npm builds is built for it. */
export function searchPath(): string {
  const known = process.env.PATH ?? '';
  const isNode = /^node(\.exe)?$/i.test(path.basename(process.execPath));
  return isNode ? `${path.dirname(process.execPath)}${path.delimiter}${known}` : known;
}

/** In the editor the runtime runs on Electron, which is Node.js only while this is set. */
function runAsNode(): NodeJS.ProcessEnv {
  const value = process.env.ELECTRON_RUN_AS_NODE;
  return value === undefined ? {} : { ELECTRON_RUN_AS_NODE: value };
}
