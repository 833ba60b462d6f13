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

/** The log worker seen from the runtime: what is put in, what is asked, what is told. */
export class LogWorkerClient {
  private readonly worker: Worker;
  private readonly waiters = new Map<number, Waiter>();
  private lastId = 0;
  private failure: AppError | undefined;

  constructor(
    /** The built logs/logWorker. */
    script: string,
    workerData: LogWorkerData,
    private readonly onWritten: (written: WrittenLines) => void,
    private readonly onFailure: (error: AppError) => void,
  ) {
    this.worker = new Worker(script, { workerData });
    this.worker.on('message', (message: FromLogWorker) => this.hear(message));
    this.worker.on('error', (error) => this.fail(messageOf(error)));
    this.worker.on('exit', () => this.fail('their worker has ended'));
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

  private hear(message: FromLogWorker): void {
    switch (message.type) {
      case 'failed':
        this.fail(message.reason);
        return;
      case 'written':
        this.onWritten(message);
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
    this.waiters.forEach((waiter) => waiter.reject(failed(reason)));
    this.waiters.clear();
    this.onFailure(this.failure);
  }
}

function failed(reason: string): AppError {
  return new AppError('runtimeFailed', `The logs cannot be used: ${reason}.`);
}
