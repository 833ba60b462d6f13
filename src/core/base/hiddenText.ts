/** Shorter ones are no secrets, and stand in every other word. */
const shortestSecret = 4;

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The text with `[hidden]` for each of the secrets, as they are or as JSON and logs write them; of
 * one with several lines also for each line alone. Where two overlap, all of both is hidden.
 */
export function hideIn(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.flatMap(formsOf));
  const told = [...forms].filter(({ length }) => length >= shortestSecret);
  const found = told.flatMap((secret) => placesOf(secret, text));
  let clean = '';
  let at = 0;
  for (const { start, end } of found.sort((a, b) => a.start - b.start)) {
    clean += start < at ? '' : `${text.slice(at, start)}[hidden]`;
    at = Math.max(at, end);
  }
  return clean + text.slice(at);
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, ...(lines.length > 1 ? lines : [])].flatMap((form) => {
    const escaped = JSON.stringify(form).slice(1, -1);
    return [form, escaped, escaped.replaceAll(String.raw`\"`, '"')];
  });
}

function placesOf(secret: string, text: string): Range[] {
  const places: Range[] = [];
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    places.push({ start: at, end: at + secret.length });
  }
  return places;
}
