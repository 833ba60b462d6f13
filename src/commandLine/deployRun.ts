import type { Apis } from '../core/accounts/apiProvider';
import type { DeployEvent, DeployResult } from '../core/deploy/deployEvents';
import type { ManagementApi } from '../core/kinvey/managementApi';
import type { JudgedFinding } from './acceptance';
import type { DeployOptions } from './deployOptions';

/** What came of it; `sent` where nobody wanted to watch, `checked` where nothing was to be sent. */
export type DeployReport =
  | DeployResult
  | { outcome: 'sent'; version: string; job: string; unwritten?: string }
  | {
      outcome: 'checked';
      version: string;
      /** Whether what was found would keep it from being sent. */
      isRefused: boolean;
      files: readonly string[];
      tarBytes: number;
    }
  | { outcome: 'unknown'; version: string; job: string; reason: string; unwritten?: string };

export interface DeployRun {
  readonly options: DeployOptions;
  readonly token: string;
  readonly product: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeployEvent) => void;
  /** What the review of the bundle found, before anything is sent; once more for what changed since. */
  readonly onFindings: (findings: readonly JudgedFinding[]) => void;
}

/** A pipeline has one account. */
export function onlyApi(api: ManagementApi): Apis {
  return { forAccount: () => Promise.resolve(api) };
}
