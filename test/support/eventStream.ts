import { request, type IncomingMessage } from 'node:http';

export interface ServerEvent {
  readonly id: string;
  readonly data: string;
}

/** Reads server-sent events at its own pace: what nobody asked for stays in the socket. */
export class EventStream {
  private rest = '';
  private readonly chunks: AsyncIterator<string>;
  /** Comments, which no event carries. */
  readonly comments: string[] = [];

  private constructor(readonly response: IncomingMessage) {
    this.chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      request(url, { headers, agent: false }, (response) => resolve(new EventStream(response)))
        .once('error', reject)
        .end();
    });
  }

  /** undefined when the stream has ended. */
  async next(): Promise<ServerEvent | undefined> {
    for (;;) {
      const end = this.rest.indexOf('\n\n');
      if (end < 0) {
        const chunk = await this.chunks.next();
        if (chunk.done === true) return undefined;
        this.rest += chunk.value;
        continue;
      }
      const block = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + 2);
      const event = this.parse(block);
      if (event) return event;
    }
  }

  async take(count: number): Promise<ServerEvent[]> {
    const events: ServerEvent[] = [];
    while (events.length < count) {
      const event = await this.next();
      if (!event) break;
      events.push(event);
    }
    return events;
  }

  close(): void {
    this.response.destroy();
  }

  private parse(block: string): ServerEvent | undefined {
    const lines = block.split('\n');
    this.comments.push(...lines.filter((line) => line.startsWith(':')));
    const field = (name: string) =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const data = field('data');
    return data === undefined ? undefined : { id: field('id') ?? '', data };
  }
}
