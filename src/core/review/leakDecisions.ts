import type { Memory } from '../base/memory';

const prefix = 'flexservice.leaks.';
/** The oldest go first. */
const mostOfAFolder = 1000;

/** Remembers which findings of the leak scan a person lets pass, for each folder. */
export class LeakDecisions {
  constructor(private readonly memory: Memory) {}

  isAccepted(folder: string, id: string): boolean {
    return this.accepted(folder).includes(id);
  }

  async accept(folder: string, ids: readonly string[]): Promise<void> {
    const all = new Set([...this.accepted(folder), ...ids]);
    await this.memory.set(prefix + folder, [...all].slice(-mostOfAFolder));
  }

  private accepted(folder: string): readonly unknown[] {
    const known = this.memory.get(prefix + folder);
    return Array.isArray(known) ? known : [];
  }
}
