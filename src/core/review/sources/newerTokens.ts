/**
 * What a script must hold to need a Node.js of that major version: found in text that is not parsed,
 * it may stand in a string or a comment as well. Each is looked for in one go, whatever the
 * text: nothing that may be long can begin again within itself.
 */
const tokens: readonly (readonly [since: number, token: RegExp])[] = [
  [20, /\/[dgimsuy]{0,6}v[dgimsuy]{0,6}\b/],
  [18, /\bwith\s*[{/]/],
  [
    16,
    /(?:\|\||&&|\?\?)=|\bstatic\s*[{/]|#[^\s#/]+(?:\s+in\b|\s*\/[/*])|\bimport\s*[(/]|\/[gimsuy]{0,6}d[gimsuy]{0,6}\b/,
  ],
  [14, /\?\.\D|\?\?|#[A-Za-z_$\\\u0080-\uffff]/],
  [12, /\bclass\b|\d_\d|\b0x[\da-f]+_/i],
  [10, /\b\d[\da-fox_]*n\b|\bimport\b|\bcatch\s*[{/]|\basync\b|\bawait\b|\(\?<[^=!]|\\p\{/i],
  [8, /\.\.\.|(?<![/*])\*\*|\*\/\*\*|,\s*[)/]|\(\?<|\/[gimuy]{0,5}s[gimuy]{0,5}\b/],
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
