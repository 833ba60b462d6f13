/** A line as the log has it. */
export interface StoredLine {
  readonly id: string;
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly containerId: string;
  readonly threshold: string | null;
  /** JSON. */
  readonly message: string;
}

/**
 * `_id` on the wire: 24 hex digits as a MongoDB has them, of which 8 tell the environment and 16
 * count its lines. They sort like the lines do, as text too, and none is ever given twice.
 */
export function toEntryId(environment: number, seq: number): string {
  return environment.toString(16).padStart(8, '0') + seq.toString(16).padStart(16, '0');
}

/** The way back; undefined for what was never an `_id` of this environment. */
export function seqOfEntryId(id: string, environment: number): number | undefined {
  const seq = Number.parseInt(id.slice(8), 16);
  return Number.isSafeInteger(seq) && id === toEntryId(environment, seq) ? seq : undefined;
}

/** A LogEntry of the contract, section 5, as JSON; the message is JSON already. */
export function toEntryJson({ id, containerId, at, threshold, message }: StoredLine): string {
  const time = new Date(at).toISOString();
  return `{"_id":"${id}","containerId":"${containerId}","timestamp":"${time}","threshold":${JSON.stringify(threshold)},"message":${message}}`;
}
