/** What a running service says it handles: names only, no events; contract T22. */
export interface Discovery {
  readonly dataObjects: readonly string[];
  readonly functions: readonly string[];
  readonly auth: readonly string[];
}

/** Of the answer to POST /_command/discover (contract 7.2); undefined where it is none. */
export function readDiscovery(answer: unknown): Discovery | undefined {
  if (!isRecord(answer)) {
    return undefined;
  }
  return {
    dataObjects: namesIn(answer.dataLink, 'serviceObjects'),
    functions: namesIn(answer.businessLogic, 'handlers'),
    auth: namesIn(answer.auth, 'handlers'),
  };
}

function namesIn(part: unknown, key: string): string[] {
  const names = isRecord(part) ? part[key] : undefined;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
