import { once } from 'node:events';
import { request as open, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { isDeployUpload } from './forwardRequest';
import { InstanceProxy } from './instanceProxy';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A deploy on its way through the proxy; nothing of it passes by itself. */
export class PassingDeploy {
  private readonly pieces: AsyncIterator<Buffer>;
  private readonly outgoing;
  private rest: Buffer | undefined;
  private passed = 0;

  constructor(
    private readonly incoming: IncomingMessage,
    private readonly response: ServerResponse,
    target: string,
    private readonly onJob: (job: string) => void,
  ) {
    this.pieces = (incoming as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    const { method, url, headers } = incoming;
    this.outgoing = open(new URL(url ?? '/', target), { method, headers });
    this.outgoing.on('error', () => undefined);
  }

  /** Lets so many bytes of the body reach the instance, all in all. */
  async pass(bytes: number): Promise<void> {
    while (this.passed < bytes) {
      const piece = this.rest ?? (await this.next());
      if (!piece) {
        return;
      }
      const part = piece.subarray(0, bytes - this.passed);
      this.rest = part.length < piece.length ? piece.subarray(part.length) : undefined;
      this.passed += part.length;
      await new Promise((written) => this.outgoing.write(part, written));
    }
  }

  /** Lets the rest reach the instance too, and answers what it says. */
  async finish(): Promise<Answer> {
    const answered = once(this.outgoing, 'response') as Promise<[IncomingMessage]>;
    await Promise.all([answered, this.pass(Infinity).then(() => this.outgoing.end())]);
    const [message] = await answered;
    const answer = { status: message.statusCode ?? 0, body: await text(message) };
    const { job } = JSON.parse(answer.body) as { job?: string };
    if (job !== undefined) {
      this.onJob(job);
    }
    return answer;
  }

  answer({ status, body }: Answer): void {
    this.response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }

  /** Ends both connections at once. */
  cut(): void {
    this.outgoing.destroy();
    this.incoming.socket.destroy();
  }

  private async next(): Promise<Buffer | undefined> {
    const piece = await this.pieces.next();
    return piece.done === true ? undefined : piece.value;
  }
}

/** A proxy in front of an instance that does to deploys what a network may do to them. */
export class FaultyProxy extends InstanceProxy {
  /** What happens to each deploy. */
  script: (deploy: PassingDeploy) => Promise<void> = pass;
  /** What the instance made of those that reached it as a whole. */
  readonly jobs: string[] = [];

  reset(): void {
    this.script = pass;
    this.jobs.length = 0;
  }

  protected override take(incoming: IncomingMessage, response: ServerResponse): boolean {
    const isTaken = isDeployUpload(incoming);
    if (isTaken) {
      const remember = (job: string) => this.jobs.push(job);
      const deploy = new PassingDeploy(incoming, response, this.target, remember);
      this.script(deploy).catch(() => deploy.cut());
    }
    return isTaken;
  }
}

async function pass(deploy: PassingDeploy): Promise<void> {
  deploy.answer(await deploy.finish());
}
