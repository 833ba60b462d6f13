/** Returns when the clock has moved on, so that what comes next is later than what was before. */
export function nextMillisecond(): void {
  const before = Date.now();
  while (Date.now() === before);
}
