import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { checkout } from './checkout';
import { cliEnvironment, cliNodeOptions, cliScript, type CliResult } from './kinveyCli';

export interface CliCommand {
  readonly args: readonly string[];
  readonly home: string;
  readonly folder: string;
}

/**
 * One process that runs many commands of the unmodified kinvey-cli, one after the other, for a tenth
 * of what a process for each takes. How: see kinveyCliHost.cjs.
 */
export class KinveyCliHost {
  private readonly child = fork(
    path.join(checkout, 'test/support/kinveyCliHost.cjs'),
    [cliScript],
    { execArgv: cliNodeOptions, env: cliEnvironment },
  );
  private readonly ended = once(this.child, 'exit').then(() => undefined);
  private last: Promise<unknown> = Promise.resolve();

  run(command: CliCommand): Promise<CliResult> {
    const result = this.last.then(() => this.runNow(command));
    this.last = result.catch(() => undefined);
    return result;
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await this.ended;
  }

  private async runNow(command: CliCommand): Promise<CliResult> {
    this.child.send(command);
    const answer = await Promise.race([once(this.child, 'message'), this.ended]);
    if (!answer) throw new Error(`The host of kinvey-cli ended at: ${command.args.join(' ')}`);
    return answer[0] as CliResult;
  }
}
