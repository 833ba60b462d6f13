import type { Literal } from 'acorn';
import type { Syntax } from './syntaxVersions';

const flags: readonly (readonly [flag: string, since: number])[] = [
  ['v', 20],
  ['d', 16],
  ['s', 8],
];

/** What the flags of a regular expression need. */
export function flagSyntax({ flags: own }: { readonly flags: string }): Syntax | undefined {
  const newest = flags.find(([flag]) => own.includes(flag));
  return newest && [newest[1], `the flag ${newest[0]} of a regular expression`];
}

const patterns: readonly (readonly [RegExp, ...Syntax])[] = [
  [/\(\?<[^=!]/, 10, '(?<name>…) in a regular expression'],
  [/\(\?</, 8, '(?<=…) in a regular expression'],
];

/** What the pattern of a regular expression needs; undefined also where a literal is none. */
export function patternSyntax({ regex }: Literal): Syntax | undefined {
  if (!regex) {
    return undefined;
  }
  const { pattern, flags: own } = regex;
  if (own.includes('u') && /(?:^|[^\\])(?:\\\\)*\\p\{/i.test(pattern)) {
    return [10, String.raw`\p{…} in a regular expression`];
  }
  // Neither behind a backslash nor in a set of characters is a bracket more than itself.
  const plain = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const [, since, what] = patterns.find(([part]) => part.test(plain)) ?? [];
  return since === undefined || what === undefined ? undefined : [since, what];
}
