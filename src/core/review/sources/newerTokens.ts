/**
 * What a script must hold to need a Node.js of that major version: found in text that is not parsed,
 * it may stand in a string or a comment as well.
 */
const tokens: readonly (readonly [since: number, token: RegExp])[] = [
  [20, /\/[dgimsuyv]*v[dgimsuyv]*\b/],
  [18, /\bwith\s*\{/],
  [16, /(?:\|\||&&|\?\?)=|\bstatic\s*[{/]|#[\w$]+\s+in\b|\/[dgimsuy]*d[dgimsuy]*\b/],
  [14, /\?\.\D|\?\?|#[A-Za-z_$]/],
  [12, /\bclass\b|\d_\d/],
  [10, /\d[\da-f]*n\b|\bimport\b|\bcatch\s*[{/]|\basync\b|\bawait\b|\(\?<[^=!]|\\p\{/i],
  [
    8,
    /\.\.\.|[\w$)\]}'"`]\s*\*\*|,\s*(?:\/\/.*\s*|\/\*[^]*?\*\/\s*)*\)|\(\?<|\/[gimuy]*s[gimuy]*\b/,
  ],
];

/** From this major version on everything is read that people write; few know what came later. */
const readsAll = 20;

/** Whether only parsing tells if a Node.js of this major version can read a script. */
export function mayBeTooNew(text: string, nodeMajor: number | undefined): boolean {
  return (
    nodeMajor !== undefined &&
    nodeMajor < readsAll &&
    tokens.some(([since, token]) => since > nodeMajor && token.test(text))
  );
}
