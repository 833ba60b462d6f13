import type { LogRange } from './environmentLog';
import type { OutputRate } from './outputLimit';

/** What the log worker is started with. */
export interface LogWorkerData extends OutputRate {
  readonly file: string;
  /** How much is kept of one service environment. */
  readonly bytesKept: number;
}

/** Where one stream of one process belongs. */
export interface StreamSource {
  readonly environmentId: string;
  /** 64 hex digits. */
  readonly containerId: string;
}

/** Lines on their way to the worker; chunks and notes are answered with `written`, all together. */
export type LogInput =
  | ({ readonly type: 'open'; readonly stream: number } & StreamSource)
  | {
      readonly type: 'chunk';
      readonly stream: number;
      readonly at: number;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  | { readonly type: 'end'; readonly stream: number; readonly at: number }
  | ({
      readonly type: 'note';
      readonly at: number;
      readonly message: string;
      readonly threshold: string;
    } & StreamSource);

/** Where a reader of a live stream begins: after an entry, at a time, or with what comes next. */
export interface StreamStart {
  readonly after?: string;
  /** Milliseconds since 1970. */
  readonly from?: number;
}

/** The next entries of a live stream as server-sent events. */
export interface StreamPage {
  readonly events: Uint8Array;
  readonly count: number;
  /** Where the next page begins. */
  readonly next: number;
}

/** Questions, each with one answer; whatever was put in before them counts. */
export interface LogQuestions {
  /** A page of a range; the answer is a JSON array of entries in UTF-8. */
  page: { ask: { environmentId: string; range: LogRange }; answer: Uint8Array };
  /** Where a live stream begins. */
  locate: { ask: { environmentId: string; start: StreamStart }; answer: number };
  /** The entries from there on, at most a page of them. */
  follow: { ask: { environmentId: string; next: number }; answer: StreamPage };
  delete: { ask: { environmentId: string }; answer: undefined };
  /** Removes the logs of all environments but these. */
  retain: { ask: { environmentIds: readonly string[] }; answer: undefined };
  close: { ask: object; answer: undefined };
}

export type QuestionType = keyof LogQuestions;

export type LogQuestion = {
  [T in QuestionType]: { readonly type: T; readonly id: number } & LogQuestions[T]['ask'];
}[QuestionType];

export type ToLogWorker = LogInput | LogQuestion;

/** What became of lines that were put in. */
export interface WrittenLines {
  /** How many chunks and notes are done with, the oldest ones. */
  readonly inputs: number;
  readonly taken: number;
  /** Printed faster than allowed. */
  readonly overRate: number;
  /** The oldest ones, which made room. */
  readonly retired: number;
  /** Not written; `problem` tells why. */
  readonly lost: number;
  readonly problem?: string;
  /** Which environments have new entries. */
  readonly environmentIds: readonly string[];
}

/** `failed`: the logs cannot be opened, and the worker ends. */
export type FromLogWorker =
  | { readonly type: 'failed'; readonly reason: string }
  | ({ readonly type: 'written' } & WrittenLines)
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly reason: string };
