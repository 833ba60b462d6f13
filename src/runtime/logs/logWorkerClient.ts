import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '../../core/base/errors';
import { backOffMs } from '../backOff';
import type {
  FromLogWorker,
  LogInput,
  LogQuestions,
  LogWorkerData,
  QuestionType,
  WrittenLines,
} from './logMessages';
import { OpenQuestions } from './openQuestions';

/** What is done with what the worker tells by itself. */
export interface LogWorkerListener {
  written(written: WrittenLines): void;
  /** What was put in and not told as written is lost. */
  died(error: AppError): void;
  /** Another one took its place, which knows nothing of what was put in before. */
  replaced(): void;
}

/** A worker that lived this long had no trouble to begin with. */
const settledAfterMs = 10_000;

/**
 * The log worker seen from the runtime: what is put in, what is asked, what is told. A worker that
 * dies is replaced, with back-off, unless none has ever done anything.
 */
export class LogWorkerClient {
  private worker: Worker | undefined;
  private startedAt = 0;
  private deaths = 0;
  /** Whether any has done anything yet: else another one would do no better. */
  private hasWorked = false;
  private timer: NodeJS.Timeout | undefined;
  /** Why there is no worker. */
  private trouble: AppError | undefined;
  private readonly questions = new OpenQuestions();

  constructor(
    /** The built logs/logWorker. */
    private readonly script: string,
    private readonly workerData: LogWorkerData,
    private readonly listener: LogWorkerListener,
  ) {
    this.start();
  }

  /** False while there is no worker: nobody takes it. */
  put(input: LogInput): boolean {
    // The bytes are a copy of ours: they move instead of being copied once more.
    const moved = input.type === 'chunk' ? [input.bytes.buffer] : [];
    this.worker?.postMessage(input, moved);
    return this.worker !== undefined;
  }

  /** Throws AppError runtimeFailed. */
  async ask<T extends QuestionType>(
    type: T,
    question: LogQuestions[T]['ask'],
  ): Promise<LogQuestions[T]['answer']> {
    if (this.trouble) {
      throw this.trouble;
    }
    const send = (id: number) => this.worker?.postMessage({ type, id, ...question });
    return (await this.questions.ask(send)) as LogQuestions[T]['answer'];
  }

  /** Writes what is still waiting and ends the worker. */
  async close(): Promise<void> {
    await this.ask('close', {}).catch(() => undefined);
    clearTimeout(this.timer);
    const { worker } = this;
    this.leave(new AppError('runtimeFailed', 'The logs are closed.'));
    await worker?.terminate();
  }

  private start(): void {
    const worker = new Worker(this.script, { workerData: this.workerData });
    worker.on('message', (message: FromLogWorker) => this.hear(worker, message));
    // An error is told before the end, and the end says nothing new then.
    worker.on('error', (error) => this.lose(worker, messageOf(error)));
    worker.on('exit', () => this.lose(worker, 'their worker has ended'));
    this.worker = worker;
    this.trouble = undefined;
    this.startedAt = Date.now();
  }

  private lose(dead: Worker, reason: string): void {
    if (dead !== this.worker) {
      return;
    }
    const error = failed(reason);
    this.leave(error);
    this.listener.died(error);
    if (this.hasWorked) {
      this.replaceSoon();
    }
  }

  private replaceSoon(): void {
    this.deaths = Date.now() - this.startedAt < settledAfterMs ? this.deaths + 1 : 1;
    const replace = () => {
      this.start();
      this.listener.replaced();
    };
    if (this.deaths === 1) {
      replace();
    } else {
      this.timer = setTimeout(replace, backOffMs(this.deaths - 1));
    }
  }

  private hear(worker: Worker, message: FromLogWorker): void {
    if (worker !== this.worker) {
      return;
    }
    this.hasWorked ||= message.type !== 'failed';
    switch (message.type) {
      case 'failed':
        this.lose(worker, message.reason);
        return;
      case 'written':
        this.listener.written(message);
        return;
      case 'answer':
        this.questions.answer(message.id, message.answer);
        return;
      case 'refusal':
        this.questions.refuse(message.id, failed(message.reason));
    }
  }

  /** There is no worker now: whoever waits for one, or asks, is told why. */
  private leave(trouble: AppError): void {
    this.worker = undefined;
    this.trouble = trouble;
    this.questions.refuseAll(trouble);
  }
}

function failed(reason: string): AppError {
  return new AppError('runtimeFailed', `The logs cannot be used: ${reason}.`);
}
