import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder } from '../../scripts/cache.mjs';
import { checkout } from './checkout';

export const owner = { email: 'jane.doe@example.com', password: 'correct horse' } as const;

export interface RuntimeOptions {
  readonly dataDirectory: string;
  readonly port?: number;
  /** What it runs on; absent: what the tests run on. */
  readonly node?: string;
  /** More options of the command line. */
  readonly args?: readonly string[];
  /** More environment variables, such as FLEX_RUNTIME_START_ATTEMPTS. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A FlexService Runtime of its own process: dist/runtime.js as `node scripts/build.mjs` made it. */
export interface RuntimeProcess {
  /** With a slash at its end. */
  readonly url: string;
  readonly pid: number;
  /** What it has written to stdout. */
  stdout(): string;
  /** What it has written to stderr. */
  stderr(): string;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Resolves when it answers; rejects with its stderr when it ends before. */
export async function startRuntime(options: RuntimeOptions): Promise<RuntimeProcess> {
  const child = spawn(
    options.node ?? process.execPath,
    [
      'dist/runtime.js',
      ...['--data', options.dataDirectory],
      ...['--port', String(options.port ?? 0)],
      ...(options.args ?? []),
    ],
    { cwd: checkout, env: environment(options.env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = once(child, 'close');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [first] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    closed.then(() => Promise.reject(new Error(stderr))),
  ]);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await closed;
    return child.exitCode;
  };
  return {
    ...(JSON.parse(first) as { url: string; pid: number }),
    stdout: () => stdout,
    stderr: () => stderr,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
  };
}

/** All runtimes of the tests share their caches, so that everything is downloaded once. */
function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    FLEX_RUNTIME_EMAIL: owner.email,
    FLEX_RUNTIME_PASSWORD: owner.password,
    FLEX_RUNTIME_NPM_CACHE: path.join(cacheFolder(), 'npm'),
    FLEX_RUNTIME_NODE_CACHE: path.join(cacheFolder(), 'node'),
    ...more,
  };
}
