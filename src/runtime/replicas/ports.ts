import { findFreePort } from '../../core/base/freePort';

/** Gives each replica a port on loopback of its own: two that start at once never get the same. */
export class Ports {
  private readonly taken = new Set<number>();

  constructor(private readonly find: () => Promise<number> = findFreePort) {}

  async take(): Promise<number> {
    let port = await this.find();
    while (this.taken.has(port)) {
      port = await this.find();
    }
    this.taken.add(port);
    return port;
  }

  release(port: number): void {
    this.taken.delete(port);
  }
}
