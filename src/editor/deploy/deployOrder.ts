import type { VersionSuggestion } from '../../core/deploy/version/versionSuggestion';
import type { Finding } from '../../core/review/finding';
import type { DeployArgument } from '../contributions';
import type { ChosenVersion } from './version/versionChoice';

/** A deploy as it was asked for. */
export interface DeployOrder {
  readonly folder: string;
  readonly argument: DeployArgument;
  /** Whether somebody is there to decide on what is found. */
  readonly mayAsk: boolean;
  /** Ends it, whatever it is at. */
  readonly signal?: AbortSignal;
}

/** What was decided so far; it stands where the folder is looked at again after a save. */
export interface Decided {
  /** To be sent all the same, and those of unsaved editors to be saved. */
  readonly findings: readonly Finding[];
  readonly chosen?: ChosenVersion;
  /** What was suggested when the version was chosen; undefined where nobody was asked for it. */
  readonly suggested?: VersionSuggestion['bump'];
}
