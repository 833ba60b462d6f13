/** What may be tuned by environment variables, mostly so that tests need not wait. */
export interface Limits {
  /** How long a session lasts. */
  readonly tokenLifeMs: number;
  /** How many failed sign-ins of one account are answered within the window. */
  readonly signInAttempts: number;
  /** The same for one caller's address, whatever the accounts. */
  readonly signInAttemptsPerAddress: number;
  /** How long failed sign-ins count. */
  readonly signInWindowMs: number;
  /** How long a started service may take to answer /healthcheck. */
  readonly startMs: number;
  /** How many exits in a row end a start (the guide's "30 failed connection attempts"). */
  readonly startAttempts: number;
  /** Between two pings of a replica that serves, and how long each may take. */
  readonly pingMs: number;
  /** How many pings without an answer, one after the other, are the end of a replica. */
  readonly pingMisses: number;
  /** How long a replica that is being replaced may go on with requests that it has. */
  readonly drainMs: number;
  /** Between a stop's signals: SIGTERM, SIGTERM, SIGKILL. */
  readonly graceMs: number;
  /** What the heap of one replica may grow to (Node.js' --max-old-space-size). */
  readonly memoryMb: number;
  /** How many versions of a service environment are kept, the one that serves among them. */
  readonly versionsKept: number;
  /** What they may take together; the one that serves stays whatever it takes. */
  readonly versionBytes: number;
  /** What the dependencies that are kept for the next builds of all services may take. */
  readonly dependencyBytes: number;
  /** How long dependencies without a lock file stand for what npm would install now. */
  readonly unlockedMs: number;
  /** How long a service may take to answer a request. */
  readonly requestMs: number;
  /** How long an answer that has begun may pause. */
  readonly streamMs: number;
  /** How many requests a replica has at a time, each on a connection of its own. */
  readonly replicaRequests: number;
  /** What the body of a request to a service may measure; the SDK's own limit is the same. */
  readonly requestBytes: number;
  /** What is kept of one service environment's logs. */
  readonly logBytes: number;
  /** How much of what a service environment prints in a second is kept; the rest is dropped. */
  readonly logLinesPerSecond: number;
  readonly logBytesPerSecond: number;
  /** Between two signs of life of a live stream; it ends so long after its session at most. */
  readonly heartbeatMs: number;
}

export function readLimits(environment: NodeJS.ProcessEnv): Limits {
  const number = (name: string, fallback: number): number => {
    const value = Number(environment[`FLEX_RUNTIME_${name}`]);
    return value > 0 ? value : fallback;
  };
  return {
    tokenLifeMs: number('TOKEN_SECONDS', 30 * 24 * 60 * 60) * 1_000,
    signInAttempts: number('SIGN_IN_ATTEMPTS', 10),
    signInAttemptsPerAddress: number('SIGN_IN_ATTEMPTS_PER_ADDRESS', 50),
    signInWindowMs: number('SIGN_IN_WINDOW_SECONDS', 15 * 60) * 1_000,
    startMs: number('START_SECONDS', 60) * 1_000,
    startAttempts: number('START_ATTEMPTS', 30),
    pingMs: number('PING_SECONDS', 10) * 1_000,
    pingMisses: number('PING_MISSES', 3),
    drainMs: number('DRAIN_SECONDS', 60) * 1_000,
    graceMs: number('GRACE_SECONDS', 3) * 1_000,
    memoryMb: number('MEMORY_MB', 512),
    versionsKept: number('VERSIONS_KEPT', 5),
    versionBytes: number('VERSION_BYTES', 2 * 1_024 ** 3),
    dependencyBytes: number('DEPENDENCY_BYTES', 2 * 1_024 ** 3),
    unlockedMs: number('UNLOCKED_HOURS', 24) * 60 * 60 * 1_000,
    requestMs: number('REQUEST_SECONDS', 60) * 1_000,
    streamMs: number('STREAM_SECONDS', 300) * 1_000,
    replicaRequests: number('REPLICA_REQUESTS', 256),
    requestBytes: number('REQUEST_BYTES', 25 * 1_024 * 1_024),
    logBytes: number('LOG_BYTES', 100 * 1_024 * 1_024),
    logLinesPerSecond: number('LOG_LINES_PER_SECOND', 150_000),
    heartbeatMs: number('HEARTBEAT_SECONDS', 15) * 1_000,
    logBytesPerSecond: number('LOG_BYTES_PER_SECOND', 32 * 1_024 * 1_024),
  };
}
