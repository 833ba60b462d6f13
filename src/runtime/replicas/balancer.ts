/**
 * Gives each request to the replica that has the fewest under way; those with equally few take
 * turns.
 */
export class Balancer {
  private turn = 0;

  /** Undefined where there is none that was not tried before. */
  choose<T extends { readonly underWay: number }>(
    replicas: readonly T[],
    tried?: ReadonlySet<T>,
  ): T | undefined {
    let best: T | undefined;
    let bestIndex = 0;
    for (let step = 0; step < replicas.length; step++) {
      const index = (this.turn + step) % replicas.length;
      const replica = replicas[index];
      const isFree = replica && !tried?.has(replica);
      if (isFree && (best === undefined || replica.underWay < best.underWay)) {
        best = replica;
        bestIndex = index;
      }
    }
    this.turn = bestIndex + 1;
    return best;
  }
}
