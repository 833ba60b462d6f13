import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '../../core/base/errors';
import type {
  FromLogWorker,
  LogInput,
  LogQuestions,
  LogWorkerData,
  QuestionType,
  WrittenLines,
} from './logMessages';

interface Waiter {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** What is done with what the worker tells by itself. */
export interface LogWorkerListener {
  written(written: WrittenLines): void;
  /** It died and another one took its place, which knows nothing of what was put in before. */
  replaced(error: AppError): void;
  /** It cannot be used any more. */
  failed(error: AppError): void;
}

/**
 * The log worker seen from the runtime: what is put in, what is asked, what is told. A worker that
 * dies after it had worked is replaced.
 */
export class LogWorkerClient {
  private worker: Worker;
  /** Whether this worker has done anything yet: else another one would do no better. */
  private hasWorked = false;
  private readonly waiters = new Map<number, Waiter>();
  private lastId = 0;
  private failure: AppError | undefined;

  constructor(
    /** The built logs/logWorker. */
    private readonly script: string,
    private readonly workerData: LogWorkerData,
    private readonly listener: LogWorkerListener,
  ) {
    this.worker = this.start();
  }

  put(input: LogInput): void {
    // The bytes are a copy of ours: they move instead of being copied once more.
    const moved = input.type === 'chunk' ? [input.bytes.buffer] : [];
    this.worker.postMessage(input, moved);
  }

  /** Rejects with AppError runtimeFailed. */
  ask<T extends QuestionType>(
    type: T,
    question: LogQuestions[T]['ask'],
  ): Promise<LogQuestions[T]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      const id = ++this.lastId;
      this.waiters.set(id, { resolve, reject });
      this.worker.postMessage({ type, id, ...question });
    });
  }

  /** Writes what is still waiting and ends the worker. */
  async close(): Promise<void> {
    await this.ask('close', {}).catch(() => undefined);
    this.failure ??= new AppError('runtimeFailed', 'The logs are closed.');
    await this.worker.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.script, { workerData: this.workerData });
    worker.on('message', (message: FromLogWorker) => this.hear(message));
    // An error is told before the end, and the end says nothing new then.
    worker.on('error', (error) => this.replace(worker, messageOf(error)));
    worker.on('exit', () => this.replace(worker, 'their worker has ended'));
    return worker;
  }

  private replace(dead: Worker, reason: string): void {
    if (dead !== this.worker || this.failure) {
      return;
    }
    if (!this.hasWorked) {
      this.fail(reason);
      return;
    }
    this.hasWorked = false;
    this.refuseWaiters(reason);
    this.worker = this.start();
    this.listener.replaced(failed(reason));
  }

  private hear(message: FromLogWorker): void {
    this.hasWorked ||= message.type !== 'failed';
    switch (message.type) {
      case 'failed':
        this.fail(message.reason);
        return;
      case 'written':
        this.listener.written(message);
        return;
      case 'answer':
        this.take(message.id)?.resolve(message.answer);
        return;
      case 'refusal':
        this.take(message.id)?.reject(failed(message.reason));
    }
  }

  private take(id: number): Waiter | undefined {
    const waiter = this.waiters.get(id);
    this.waiters.delete(id);
    return waiter;
  }

  private fail(reason: string): void {
    if (this.failure) {
      return;
    }
    this.failure = failed(reason);
    this.refuseWaiters(reason);
    this.listener.failed(this.failure);
  }

  private refuseWaiters(reason: string): void {
    this.waiters.forEach((waiter) => waiter.reject(failed(reason)));
    this.waiters.clear();
  }
}

function failed(reason: string): AppError {
  return new AppError('runtimeFailed', `The logs cannot be used: ${reason}.`);
}
