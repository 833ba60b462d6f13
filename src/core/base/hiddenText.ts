/** Shorter ones are no secrets, and stand in every other word. */
const shortestSecret = 4;

/** The text with `[hidden]` for each of the secrets. */
export function hideIn(text: string, secrets: readonly string[]): string {
  const told = secrets.filter(({ length }) => length >= shortestSecret);
  return told.reduce((clean, secret) => clean.replaceAll(secret, '[hidden]'), text);
}
