/** No letter or digit before it, but of what ends an escaped line or is `=` in an address. */
const begins = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[nrt]|%[\dA-Fa-f]{2}))`;
/** A shorter one stands in a file by chance. */
const shortest = 6;

/**
 * Finds exactly these strings where no letter or digit continues them, also as they stand in JSON and
 * in an address; undefined: there are none.
 */
export function sharedSecretPattern(secrets: readonly string[]): RegExp | undefined {
  const long = secrets.filter((secret) => secret.length >= shortest);
  const written = [...new Set(long.flatMap(waysToWrite))];
  const sources = written.map((secret) => secret.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  return sources.length > 0
    ? new RegExp(`${begins}(?:${sources.join('|')})(?![A-Za-z0-9])`, 'g')
    : undefined;
}

function waysToWrite(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inQuotes = secret.replaceAll("'", String.raw`\'`);
  const inAddress = [encodeURIComponent(secret.toWellFormed()), asOfForm(secret)];
  return [
    ...[secret, inJson, inJson.replaceAll('/', String.raw`\/`), inQuotes],
    ...inAddress.flatMap((one) => [one, one.replace(/%../g, lowerCase)]),
  ];
}

/** As forms send it, with `+` for a blank. */
function asOfForm(secret: string): string {
  return new URLSearchParams([['', secret]]).toString().slice(1);
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
