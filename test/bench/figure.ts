/** What a benchmark measured, before it is judged. */
export interface Figure {
  readonly bench: string;
  readonly case: string;
  readonly unit: string;
  readonly ours: number;
  /** The same thing done without us, measured in the same run. */
  readonly peer?: number;
  readonly peerName?: string;
  /** Of the ratio, or of `ours` where there is no peer; absent: told, not judged. */
  readonly goal?: number;
  /** Whether the goal is the least that is wanted or the most; the most unless told. */
  readonly wanted?: 'least' | 'most';
}

/** Prints one figure as a line of JSON (house form: every key there, null where it has no value). */
export function report({ wanted = 'most', goal, ...figure }: Figure): void {
  const { ours, peer } = figure;
  const ratio = peer === undefined ? undefined : round(ours / peer);
  const judged = ratio ?? ours;
  const line = {
    bench: figure.bench,
    case: figure.case,
    unit: figure.unit,
    ours: round(ours),
    peer: peer === undefined ? null : round(peer),
    peerName: figure.peerName ?? null,
    ratio: ratio ?? null,
    goal: goal ?? null,
    holds: goal === undefined ? null : wanted === 'most' ? judged <= goal : judged >= goal,
  };
  console.log(JSON.stringify(line));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
