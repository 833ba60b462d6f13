import { findFreePort } from './freePort';

/** Gives each replica a port on loopback of its own: two that start at once never get the same. */
export class Ports {
  private readonly taken = new Set<number>();

  async take(): Promise<number> {
    for (;;) {
      const port = await findFreePort();
      if (!this.taken.has(port)) {
        this.taken.add(port);
        return port;
      }
    }
  }

  release(port: number): void {
    this.taken.delete(port);
  }
}
