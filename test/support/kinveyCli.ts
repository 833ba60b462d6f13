import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkout } from './checkout';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** kinvey-cli 6.1.3 is older than Node.js 23, which dropped what its dependencies call. */
const droppedFromNode = `
const util = require('node:util');
util.isRegExp ??= util.types.isRegExp;
util.isDate ??= util.types.isDate;
`;

/** The unmodified kinvey-cli of npm, with a home of its own. */
export class KinveyCli {
  private readonly command: readonly string[];

  constructor(
    private readonly home: string,
    /** Where it runs, and so where it keeps .kinvey. */
    readonly folder: string,
    /** More environment variables, such as BROWSER. */
    private readonly environment: NodeJS.ProcessEnv = {},
  ) {
    const preload = path.join(home, 'droppedFromNode.cjs');
    writeFileSync(preload, droppedFromNode);
    const cli = path.join(checkout, 'node_modules/kinvey-cli/bin/kinvey');
    this.command = [process.execPath, '--no-warnings', '--require', preload, cli, '--no-color'];
  }

  /** Never rejects: the exit code tells. */
  run(...args: string[]): Promise<CliResult> {
    const [file = '', ...before] = this.command;
    return new Promise((resolve) => {
      execFile(file, [...before, ...args], this.options(), (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      });
    });
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

  private options() {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('KINVEY_CLI_'));
    const env = {
      ...Object.fromEntries(others),
      HOME: this.home,
      NO_UPDATE_NOTIFIER: '1',
      ...this.environment,
    };
    return { cwd: this.folder, env };
  }
}
