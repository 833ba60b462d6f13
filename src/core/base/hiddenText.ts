/** The text with `[hidden]` for each of the secrets, none of which is empty. */
export function hideIn(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[hidden]'), text);
}
