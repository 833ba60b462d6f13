/** A line of the log that no logger wrote, with the ISO time of its entry. */
export interface LogLine {
  text: string;
  at: string;
}

/** An error as it was met once. */
export interface Failure {
  message: string;
  stack: readonly string[];
  /** ISO time. */
  at: string;
  /** Whether it ended the process; else somebody may have just written it down. */
  uncaught: boolean;
}
