import { rm, writeFile } from 'node:fs/promises';

/** Keeps services from starting until it is opened. */
export class StartGate {
  /** `file`: what is there while it is open. */
  constructor(private readonly file: string) {}

  /** Answers what a service begins with that waits before it. */
  async close(): Promise<string> {
    await rm(this.file, { force: true });
    return `while (!require('fs').existsSync(${JSON.stringify(this.file)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);`;
  }

  async open(): Promise<void> {
    await writeFile(this.file, '');
  }
}
