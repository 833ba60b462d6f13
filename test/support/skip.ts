/** Skips the running test, or in a `before` its whole suite; the reason is printed with the counts. */
export function skip(context: Mocha.Context, reason: string): never {
  const runnable: Mocha.Runnable & { type?: string } = context.runnable();
  const skipped = runnable.type === 'hook' ? runnable.parent : runnable;
  Object.assign(skipped ?? {}, { skipReason: reason });
  return context.skip();
}
