import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { forwardRequest } from './forwardRequest';
import { listen, portOf, shut } from './listen';

/** A proxy in front of an instance, on a free port; what it does not take goes through. */
export abstract class InstanceProxy {
  private readonly server = createServer((incoming, response) => {
    if (!this.take(incoming, response)) {
      forwardRequest(incoming, response, this.target);
    }
  });

  constructor(protected readonly target: string) {}

  /** Answers whether it took a request, which then is its own to read and to answer. */
  protected abstract take(incoming: IncomingMessage, response: ServerResponse): boolean;

  async start(): Promise<this> {
    await listen(this.server);
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server)}/`;
  }

  stop(): void {
    shut(this.server);
  }
}
