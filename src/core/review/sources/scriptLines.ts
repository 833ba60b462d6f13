/** The lines of a script: those of thousands of places are asked for, and a parser that keeps them is slow. */
export class ScriptLines {
  private starts: number[] | undefined;

  constructor(private readonly text: string) {}

  /** Counted from 1. */
  lineOf({ start }: { readonly start: number }): number {
    this.starts ??= startsOf(this.text);
    let [first, end] = [0, this.starts.length];
    while (end - first > 1) {
      const middle = (first + end) >> 1;
      if ((this.starts[middle] ?? 0) <= start) first = middle;
      else end = middle;
    }
    return first + 1;
  }
}

/** As JavaScript counts lines. */
function startsOf(text: string): number[] {
  const ends = text.matchAll(/\r\n?|[\n\u2028\u2029]/g);
  return [0, ...Array.from(ends, ({ 0: { length }, index }) => index + length)];
}
