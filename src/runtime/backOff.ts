/** How long to wait after so many failures in a row: 0, 50 ms, 100 ms, … 2 s. */
export function backOffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(50 * 2 ** (failures - 1), 2_000);
}
