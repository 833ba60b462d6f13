import { isDeepStrictEqual } from 'node:util';
import type { Changes, EnvironmentRecord, Serving } from '../store/environmentStore';

/** What serves, with the variables and the runtime that the environment has now. */
export function servingWithChanges(environment?: EnvironmentRecord): Serving | undefined {
  const serving = environment?.state.serving;
  return serving && { ...serving, variables: environment.variables, runtime: environment.runtime };
}

/** The changes of the environment that what serves lacks: not tried yet, or tried in vain. */
export function pendingChanges(environment?: EnvironmentRecord): 'none' | 'untried' | 'failed' {
  const { serving, failedChanges } = environment?.state ?? {};
  const wanted = servingWithChanges(environment);
  if (!wanted || isSame(wanted, serving)) {
    return 'none';
  }
  return isSame(wanted, failedChanges) ? 'failed' : 'untried';
}

function isSame(one: Changes, other: Changes | undefined): boolean {
  return one.runtime === other?.runtime && isDeepStrictEqual(one.variables, other?.variables);
}
