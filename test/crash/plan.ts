import { Random } from '../support/random';

export type Action = 'deploy' | 'deploy broken' | 'update' | 'recycle';

/** One kill: what is under way at which service, and when in it the runtime is killed. */
export interface Plan {
  readonly round: number;
  readonly service: number;
  readonly action: Action;
  /**
   * 0: the request is sent and not awaited. 1: it is answered. From 2 on, so many words of progress
   * have been seen; where the work ends before, the kill comes then.
   */
  readonly stage: number;
  readonly delayMs: number;
  /** Kills the next runtime too, so many milliseconds after it answers. */
  readonly againMs?: number;
}

const mostStages = 6;
const longestDelayMs = 120;
const longestResumeMs = 300;

/** The same seed gives the same plans. */
export function planRounds(count: number, seed: number, services: number): Plan[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => ({
    round: index + 1,
    service: random.below(services),
    action: random.pick<Action>(['deploy', 'deploy', 'deploy broken', 'update', 'recycle']),
    stage: random.below(mostStages),
    delayMs: random.below(longestDelayMs),
    ...(random.chance(0.25) && { againMs: random.below(longestResumeMs) }),
  }));
}

export function describePlan({ round, service, action, stage, delayMs, againMs }: Plan): string {
  const again = againMs === undefined ? '' : `, and again ${againMs} ms after the next start`;
  return `${round}: ${action} of service ${service}, killed ${delayMs} ms after stage ${stage}${again}`;
}
