import type { Discovery } from '../handlers/discovery';
import type { ServiceStatus } from '../kinvey/apiTypes';
import type { StartupError } from '../logs/startupError';
import type { BundlePlan } from '../project/bundlePlan';
import type { GitCommit } from '../project/gitCommit';
import type { Target } from '../project/targetResolver';
import type { TextEdit } from '../project/versionText';
import type { Vault } from './vault/vault';

/** `preparing`: nothing was sent yet. */
export type DeployPhase = 'preparing' | 'uploading' | 'building' | 'done';

/** What happens during a deployment. */
export interface DeployEvent {
  phase: DeployPhase;
  /** A sentence for a progress notification. */
  message: string;
  /** From 0 to 1, of the upload. */
  fraction?: number;
  job?: string;
  status?: ServiceStatus;
}

/**
 * Looks at a bundle as it is now. Answers whether what changed may hold secrets that somebody let
 * pass; throws for what nobody did.
 */
export type Recheck = (now: BundlePlan) => Promise<boolean>;

/** What somebody typed while it was sent: the version is set in there, and the file left to them. */
export interface UnsavedFile {
  readonly text: string;
  /** As one step to undo; throws where the editor takes none. */
  edit(edits: readonly TextEdit[]): Promise<void>;
}

export interface DeployRequest {
  target: Target;
  bundle: BundlePlan;
  /** Already chosen; where package.json has another one, it is written there once there is a job. */
  version: string;
  /** The status that the version was chosen by; a deploy since then is refused, `versionMoved`. */
  seen?: ServiceStatus;
  /** What the bundle's scripts register, where they tell. */
  handlers?: Discovery;
  /** Those of them that the service has whenever it comes up; lacking one, it is `incomplete`. */
  expected?: Discovery;
  /** Merged over what the environment has; never logged, never part of an event or error. */
  variables?: Record<string, string>;
  /** As the API names it, such as `flex-runtime-node12`. */
  runtime?: string;
  /** The version that this was sent as before, where it is sent again: the bundle has the new one. */
  again?: string;
  /** What stands in git. */
  commit?: GitCommit;
  /** Keeps a copy of what is sent. */
  vault?: Vault;
  /** Whether it may hold secrets: then no copy is kept. */
  hasLeaks?: boolean;
  /** Looks at what changed since the bundle was looked at, right before it is sent. */
  recheck?: Recheck;
  /** A file of the folder (absolute) as its editor holds it; undefined where all of it is saved. */
  unsaved?: (file: string) => UnsavedFile | undefined;
  signal?: AbortSignal;
  onEvent: (event: DeployEvent) => void;
}

export interface DeployResult {
  version: string;
  /** Somebody else's deploy, which was only watched: nothing was sent from here. */
  followed?: true;
  /** Another window watched it to its end, and told so. */
  toldElsewhere?: true;
  job: string;
  /**
   * `incomplete`: online, without handlers that its scripts register for sure; `replaced`: another
   * deploy came before it was online; `cancelled`: nobody watched to the end, the instance goes on.
   */
  outcome: 'online' | 'incomplete' | 'replaced' | 'failed' | 'cancelled';
  status?: ServiceStatus;
  durationMs: number;
  reason?: string;
  /** Why the version could not be written into the folder; a sentence. */
  unwritten?: string;
  startupError?: StartupError;
}
