/**
 * What never belongs into a bundle, as patterns of one path segment. The reasons: version control
 * and editors, what the instance installs itself, what is secret, what is only local.
 */
const atAnyDepth: readonly string[] = [
  '.git',
  '.svn',
  '.hg',
  'node_modules',
  '.env',
  '.env.*',
  '.DS_Store',
];
const atRoot: readonly string[] = ['.kinvey', 'output.log*', '.vscode', '.idea', '*.vsix', '*.tgz'];

const matchers = {
  nested: atAnyDepth.map(toMatcher),
  root: [...atAnyDepth, ...atRoot].map(toMatcher),
};

/** The built-in rule that keeps a path (relative, with `/`) out of the bundle; undefined: none. */
export function ruleAgainst(relative: string): string | undefined {
  for (const [depth, segment] of relative.split('/').entries()) {
    const rules = depth === 0 ? matchers.root : matchers.nested;
    const hit = rules.find((rule) => rule.expression.test(segment));
    if (hit) {
      return hit.pattern;
    }
  }
  return undefined;
}

function toMatcher(pattern: string): { pattern: string; expression: RegExp } {
  const source = pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '.*');
  return { pattern, expression: new RegExp(`^${source}$`) };
}
