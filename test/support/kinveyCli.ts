import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { checkout } from './checkout';
import type { KinveyCliHost } from './kinveyCliHost';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** More environment variables, such as BROWSER. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Runs the commands; absent: each has a process of its own, as a command in a terminal always has. */
  readonly host?: KinveyCliHost;
}

export const cliScript = path.join(checkout, 'node_modules/kinvey-cli/bin/kinvey');
export const cliNodeOptions = [
  '--no-warnings',
  ...['--require', path.join(checkout, 'test/support/droppedFromNode.cjs')],
];
export const cliEnvironment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('KINVEY_CLI_')),
  ),
  NO_UPDATE_NOTIFIER: '1',
  // Without it, each command starts a shell to ask who it is.
  USER: 'jane',
};

/** The unmodified kinvey-cli of npm, with a home of its own. */
export class KinveyCli {
  private readonly command = [process.execPath, ...cliNodeOptions, cliScript, '--no-color'];

  constructor(
    private readonly home: string,
    /** Where it runs, and so where it keeps .kinvey. */
    readonly folder: string,
    private readonly more: CliOptions = {},
  ) {}

  /** Never rejects: the exit code tells. */
  run(...args: string[]): Promise<CliResult> {
    const { home, folder } = this;
    const { host } = this.more;
    return host ? host.run({ args: ['--no-color', ...args], home, folder }) : this.runAlone(args);
  }

  /** The `result` of `--output json`; throws with stderr when the command fails. */
  async json(...args: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(...args, '--output', 'json');
    if (code !== 0) throw new Error(`kinvey ${args.join(' ')}: ${stderr}${stdout}`);
    return (JSON.parse(stdout) as { result: unknown }).result;
  }

  /** Runs in a terminal (util-linux' script) and types each answer as soon as its prompt is there. */
  answer(answers: readonly (readonly [prompt: string, answer: string])[], ...args: string[]) {
    const command = [...this.command, ...args].map((part) => `'${part}'`).join(' ');
    const child = spawn('script', ['-qec', command, '/dev/null'], this.options());
    const left = [...answers];
    let stdout = '';
    let told = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const [prompt, answer] = left[0] ?? [];
      if (prompt !== undefined && stdout.includes(prompt, told)) {
        told = stdout.length;
        left.shift();
        child.stdin.write(`${answer}\r`);
      }
    });
    return new Promise<CliResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr: '' }));
    });
  }

  private runAlone(args: readonly string[]): Promise<CliResult> {
    const [file = '', ...before] = this.command;
    return new Promise((resolve) => {
      execFile(file, [...before, ...args], this.options(), (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      });
    });
  }

  private options() {
    const env = { ...cliEnvironment, HOME: this.home, ...this.more.environment };
    return { cwd: this.folder, env };
  }
}
