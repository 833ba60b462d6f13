import path from 'node:path';
import { isInside } from '../base/isInside';
import type { ExcludedPath } from './bundlePlan';
import type { BundleRules } from './bundleRules';

/** A path inside the folder that a link leads to, which rules may leave out as well as the link. */
export interface LinkTarget {
  /** With `/`. */
  readonly relative: string;
  /** Of its parent. */
  readonly rules: BundleRules;
}

/** Why a link is not followed. */
export type Unfollowed = Omit<ExcludedPath, 'path'>;

/** Finds the place of a link's real target by the rules of the root; else tells why it has none. */
export function linkTarget(
  root: { readonly real: string; readonly rules: BundleRules },
  { real, isDirectory }: { readonly real: string; readonly isDirectory: boolean },
): LinkTarget | Unfollowed {
  if (!isInside(root.real, real)) {
    return { rule: 'link that leaves the folder', obstacle: 'link' };
  }
  const relative = path.relative(root.real, real).split(path.sep).join('/');
  const parts = relative === '' ? [] : relative.split('/');
  let { rules } = root;
  for (const [depth] of parts.entries()) {
    rules = rules.enter(parts.slice(0, depth).join('/'));
    const isLast = depth === parts.length - 1;
    const rule = rules.ruleAgainst(parts.slice(0, depth + 1).join('/'), !isLast || isDirectory);
    if (rule !== undefined) {
      return { rule: `link to ${relative}, which is excluded (${rule})` };
    }
  }
  return { relative, rules };
}

/** The target of what is in the directory that a target is. */
export function inTarget(target: LinkTarget | undefined): LinkTarget | undefined {
  return target && { ...target, rules: target.rules.enter(target.relative) };
}

export function targetBelow(target: LinkTarget | undefined, name: string): LinkTarget | undefined {
  return target && { ...target, relative: target.relative ? `${target.relative}/${name}` : name };
}
