import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { VaultWriter } from './vaultWriter';

/** What is known of a bundle once its last byte was handed out. */
export interface SentBundle {
  /** SHA-256 of the tar, hex. */
  readonly bundleHash: string;
  /** Whether the vault has it; `failed`: it was to have it; `large`: it is larger than the vault. */
  readonly copy?: 'kept' | 'failed' | 'large';
}

/** Hashes what passes by on its way to the instance, and keeps it where there is a writer. */
export class SentCopy {
  private readonly hash = createHash('sha256');
  private failure: unknown;
  private steps = Promise.resolve();
  private isOver = false;

  constructor(private readonly writer: VaultWriter | undefined) {}

  /**
   * The same bytes. `onAll` is awaited before the end is handed on, so that nothing that an
   * instance could take is unknown here.
   */
  of(archive: Readable, onAll: (sent: SentBundle) => Promise<void>): Readable {
    return Readable.from(this.pass(archive, onAll));
  }

  /** Why there is no copy: keeping it fails no deploy. */
  get problem(): unknown {
    return this.failure;
  }

  /** Leaves nothing half of what was not sent to its end. */
  async discard(): Promise<void> {
    await this.try((writer) => this.end(writer));
  }

  private async *pass(archive: Readable, onAll: (sent: SentBundle) => Promise<void>) {
    for await (const chunk of archive as AsyncIterable<Buffer>) {
      this.hash.update(chunk);
      await this.try((writer) => writer.write(chunk));
      yield chunk;
    }
    const bundleHash = this.hash.digest('hex');
    let kept: 'kept' | 'large' = 'kept';
    await this.try(async (writer) => {
      kept = (await writer.keep(bundleHash)) ? 'kept' : 'large';
    });
    const copy = this.failure === undefined ? kept : 'failed';
    await onAll({ bundleHash, ...(this.writer && { copy }) });
  }

  /** One after the other: an upload may be given up in the middle of a write. */
  private try(step: (writer: VaultWriter) => Promise<void>): Promise<void> {
    this.steps = this.steps.then(() => this.run(step));
    return this.steps;
  }

  private async run(step: (writer: VaultWriter) => Promise<void>): Promise<void> {
    if (!this.writer || this.isOver) {
      return;
    }
    try {
      await step(this.writer);
    } catch (error) {
      this.failure = error;
      await this.end(this.writer);
    }
  }

  /** What fails now is found by the vault when it collects. */
  private async end(writer: VaultWriter): Promise<void> {
    this.isOver = true;
    await writer.discard().catch(() => undefined);
  }
}
