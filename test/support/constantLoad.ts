import { Agent, request } from 'node:http';

export interface LoadReport {
  readonly answered: number;
  /** Everything but a 200, in words. */
  readonly failures: readonly string[];
  readonly bodies: ReadonlySet<string>;
}

/**
 * Sends one request after the other from several callers at once, each on a connection that it
 * keeps, until `stop`.
 */
export class ConstantLoad {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly bodies = new Set<string>();
  private readonly failures: string[] = [];
  private readonly callers: Promise<void>[];
  private answered = 0;
  private isStopping = false;

  constructor(
    private readonly url: string,
    callers: number,
    private readonly read: (body: string) => string,
  ) {
    this.callers = Array.from({ length: callers }, (_none, index) => this.run(index % 2 === 0));
  }

  get count(): number {
    return this.answered;
  }

  async stop(): Promise<LoadReport> {
    this.isStopping = true;
    await Promise.all(this.callers);
    this.agent.destroy();
    return { answered: this.answered, failures: this.failures, bodies: this.bodies };
  }

  private async run(isPost: boolean): Promise<void> {
    while (!this.isStopping) {
      await this.send(isPost).then(
        (body) => {
          this.answered += 1;
          this.bodies.add(this.read(body));
        },
        (error: unknown) => this.failures.push(String(error)),
      );
    }
  }

  private send(isPost: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.url, { agent: this.agent, method: isPost ? 'POST' : 'GET' });
      outgoing.once('error', reject).once('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.once('error', reject).once('end', () => {
          if (response.statusCode === 200) {
            resolve(body);
          } else {
            reject(new Error(`${response.statusCode}: ${body}`));
          }
        });
      });
      outgoing.end(isPost ? 'some body' : undefined);
    });
  }
}
