import { searchPath } from '../nodejs/searchPath';

/** The port that the SDK listens on, whatever the service says (contract 7.1). */
export const servicePort = 10_001;

export interface ReplicaEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly home: string;
  readonly port: number;
  /** The executable of the Node.js that it runs on. */
  readonly node: string;
}

/**
 * All that a service sees: its own variables and what a process cannot do without. Nothing of the
 * editor's or the person's environment gets through.
 */
export function replicaEnvironment(replica: ReplicaEnvironment): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'production',
    LANG: process.env.LANG ?? 'C.UTF-8',
    PATH: searchPath(replica.node),
    HOME: replica.home,
    ...replica.variables,
    FLEX_REPLICA_SERVICE_PORT: String(servicePort),
    FLEX_REPLICA_PORT: String(replica.port),
  };
}
