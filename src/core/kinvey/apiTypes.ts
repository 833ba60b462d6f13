/**
 * The shapes on the wire of the management API, as spec/kinvey-contract.md describes them.
 * Shared by the extension's client and the FlexService Runtime.
 */

/** POST session; contract 2.5. */
export interface SignInBody {
  email: string;
  password: string;
  /** Exactly six digits. */
  twoFactorToken?: string;
}

export interface SessionAnswer {
  email?: string | null;
  token: string;
}

/** GET v4/identity-providers; `kinveyIdentity` is the built-in e-mail and password sign-in. */
export interface IdentityProvider {
  _id: string;
  name: string;
  enabled: boolean;
}

export interface UserAnswer {
  email: string;
  firstName?: string;
  lastName?: string;
}

/** Every non-2xx answer; contract 2.2. `description` is what a person reads. */
export interface ErrorBody {
  code: string;
  description: string;
  debug?: string | object;
  errors?: { field?: string; message: string }[];
}

export interface Organization {
  /** Lower-case UUID version 4. */
  id: string;
  name: string;
  /** Must be there: kinvey-cli chooses its query by it (contract T1). */
  security: {
    requireApprovals: boolean;
    requireEmailVerification: boolean;
    requireTwoFactorAuth: boolean;
  };
  restrictions: { defaultPlanLevel: string };
  creator?: string;
  creationTime?: string;
}

export interface App {
  id: string;
  name: string;
  organizationId?: string;
  environments: AppEnvironment[];
  plan?: { level: string };
}

export interface AppEnvironment {
  /** Starts with `kid_`. */
  id: string;
  name: string;
  app: string;
  appSecret: string;
  masterSecret: string;
  apiVersion?: number;
  numberOfCollaborators?: number;
  numberOfAdmins?: number;
}

/** Contract 3.1; only `internal` services run on the FlexService Runtime. */
export interface Service {
  id: string;
  name: string;
  type: string;
  description?: string;
  access: { writers: { organizations?: string[]; apps?: string[] } };
  /** With `expand=environments`. */
  environments?: ServiceEnvironment[];
}

export interface NewService {
  name: string;
  type: 'internal';
  description?: string;
  access: { writers: { organizations: string[] } };
}

/** Contract 3.4. */
export interface ServiceEnvironment {
  id: string;
  name: string;
  /** The shared secret that a service may demand in X-Auth-Key. Never logged, never shown unasked. */
  secret: string;
  host?: string;
  environmentVariables?: Record<string, string>;
  runtime?: FlexRuntime | null;
  description?: string | null;
}

export interface NewServiceEnvironment {
  name: string;
  secret: string;
  environmentVariables?: Record<string, string>;
  runtime?: FlexRuntime;
  description?: string;
}

/** A Node.js version that services run on, such as `flex-runtime-node12`. */
export type FlexRuntime = string;

/** Contract 4.7. Any other word may come from a newer server. */
export type ServiceStatusWord =
  'NEW' | 'BUILDING' | 'DEPLOYING' | 'UPDATING' | 'ONLINE' | 'ERROR' | (string & {});

export interface ServiceStatus {
  status: ServiceStatusWord;
  /** What serves now. */
  version?: string;
  runtime?: FlexRuntime;
  /** ISO time of the latest deploy. */
  requestedAt?: string;
  deployUserInfo?: { email: string; firstName?: string; lastName?: string };
  /** The latest rollout, which may differ from what serves. */
  deployment?: { status: DeploymentStatusWord; version: string; runtime?: FlexRuntime };
}

export type DeploymentStatusWord = 'RUNNING' | 'ERROR' | 'COMPLETED' | (string & {});

/** `params` of POST v4/jobs with type deployService; contract 4.1. */
export interface DeployParams {
  serviceId: string;
  serviceEnvironmentId: string;
  version?: string;
  /** The whole new set; absent leaves the variables as they are. */
  environmentVariables?: Record<string, string>;
  runtime?: FlexRuntime;
}

/** `params` of POST v4/jobs with type recycleService; contract 4.5. */
export interface RecycleParams {
  serviceId: string;
  serviceEnvironmentId: string;
}

export interface JobAnswer {
  job: string;
}

/** PENDING and RUNNING are our runtime's words; COMPLETE and FAILED are attested (contract 4.6). */
export type JobStatusWord = 'PENDING' | 'RUNNING' | 'COMPLETE' | 'FAILED' | (string & {});

export interface Job {
  jobId: string;
  type: string;
  status: JobStatusWord;
  /** In words. */
  progress: string;
  /** ISO time. */
  updated: string;
  params?: Record<string, unknown>;
}

/** Contract 5. */
export interface LogEntry {
  _id: string;
  /** 64 hex digits; the first 12 are shown. */
  containerId: string;
  /** ISO time with milliseconds. */
  timestamp: string;
  /** The level that flex.logger wrote; null for a raw line. */
  threshold: string | null;
  message?: unknown;
}

/** Contract 5: at most 2000 entries a page, pages count from 1. */
export interface LogQuery {
  from?: string;
  to?: string;
  limit?: number;
  page?: number;
}

/** Where a live stream of logs begins: after an entry, by its `_id`, or at an ISO time. */
export interface LogStart {
  after?: string;
  from?: string;
}
