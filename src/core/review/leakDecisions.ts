import type { SharedMemory } from '../base/memory';

const prefix = 'flexservice.leaks.';
/** The oldest go first. */
const mostOfAFolder = 1000;

/** Remembers which findings of the leak scan a person lets pass, for each folder. */
export class LeakDecisions {
  constructor(private readonly memory: SharedMemory) {}

  isAccepted(folder: string, id: string): boolean {
    return this.accepted(folder).includes(id);
  }

  async accept(folder: string, ids: readonly string[]): Promise<void> {
    await this.memory.update(prefix + folder, (known) => {
      const all = new Set([...listOf(known), ...ids]);
      return [...all].slice(-mostOfAFolder);
    });
  }

  private accepted(folder: string): readonly unknown[] {
    return listOf(this.memory.get(prefix + folder));
  }
}

function listOf(known: unknown): readonly unknown[] {
  return Array.isArray(known) ? known : [];
}
