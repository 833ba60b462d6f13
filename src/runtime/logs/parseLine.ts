export interface ParsedLine {
  readonly message: unknown;
  /** The level that flex.logger wrote; null for a raw line. */
  readonly threshold: string | null;
}

/** flex.logger writes {"message":…,"level":…} (contract 7.3); everything else is a raw line. */
export function parseLine(line: string): ParsedLine {
  const raw = { message: line, threshold: null };
  // Most lines are not JSON, and parsing one that is not costs much more than looking first.
  if (!line.startsWith('{') || !line.includes('"level"')) {
    return raw;
  }
  try {
    return fromLogger(JSON.parse(line) as Record<string, unknown>) ?? raw;
  } catch {
    return raw;
  }
}

function fromLogger(parsed: Record<string, unknown>): ParsedLine | undefined {
  const { message, level, ...others } = parsed;
  if (typeof level !== 'string' || !('message' in parsed) || Object.keys(others).length > 0) {
    return undefined;
  }
  return { message, threshold: level };
}
