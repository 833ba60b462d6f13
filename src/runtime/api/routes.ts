/** Path parameters of `…/:id`. Ids only ever reach SQL; what becomes a path is read back from there. */
export interface ById {
  Params: { id: string };
}

/** Path parameters of `v4/services/:id/environments/:environmentId/…`. */
export interface ByEnvironment {
  Params: { id: string; environmentId: string };
}

/** One value of a query string; a parameter that was given twice counts as absent. */
export function single(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
