import type { BundleFile } from '../../project/bundlePlan';
import type { Finding } from '../finding';
import type { ScriptFacts } from './scriptFacts';

/** Programs write such files; reading them would take longer, and more memory, than it is worth. */
const largestBytes = 1024 * 1024;

export function isTooLarge({ size }: BundleFile): boolean {
  return size > largestBytes;
}

/** Of a script that is not read: anything may be in it. */
export const unreadFacts: ScriptFacts = {
  ...{ imports: [], loadsOthers: true },
  ...{ variables: [], assigned: [] },
  ...{ handlers: [], hidesHandlers: true },
};

/** `what` would have been looked at. */
export function unchecked({ path, absolute }: BundleFile, what: string): Finding {
  const message = `${path} is larger than 1 MiB, so it was not checked: ${what}.`;
  return { severity: 'warning', code: 'sourceUnchecked', message, file: absolute };
}
