/** A shorter one stands in a file by chance. */
const shortest = 6;

/** Finds exactly these strings where no letter or digit continues them; undefined: there are none. */
export function sharedSecretPattern(secrets: readonly string[]): RegExp | undefined {
  const long = secrets.filter((secret) => secret.length >= shortest);
  const sources = long.map((secret) => secret.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  return sources.length > 0
    ? new RegExp(`(?<![A-Za-z0-9])(?:${sources.join('|')})(?![A-Za-z0-9])`, 'g')
    : undefined;
}
