/** The major versions of Node.js that a service environment can ask for. */
export const nodeMajors: readonly number[] = [6, 8, 10, 12, 14, 16, 18, 20, 22, 24];

const prefix = 'flex-runtime-node';

/** What they are called on the wire (contract 3.4; the CLI's own choice ends at node12). */
export const runtimeNames: readonly string[] = nodeMajors.map((major) => `${prefix}${major}`);

/** undefined where it is none of the names. */
export function majorOf(runtimeName: string): number | undefined {
  return runtimeNames.includes(runtimeName) ? Number(runtimeName.slice(prefix.length)) : undefined;
}
