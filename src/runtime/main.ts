import path from 'node:path';
import { isAppError, messageOf } from '../core/base/errors';
import { manageUsers } from './accounts/manageUsers';
import { readLimits } from './limits';
import { parseOptions, usage, type Options } from './options';
import { Runtime } from './runtime';
import { runtimeLog } from './runtimeLog';
import { readTlsFiles } from './tlsFiles';

/** The editor goes by them: it tries another port, or takes the runtime that has the folder. */
const exitCode = { failed: 1, invalidInput: 2, portTaken: 3, folderTaken: 4 } as const;

async function main(): Promise<void> {
  hideExperimentalWarnings();
  // Everything below the data folder is for its owner only: secrets lie there.
  process.umask(0o077);
  const args = process.argv.slice(2);
  try {
    await (args[0] === 'user' ? printUsers(args.slice(1)) : serve(parseOptions(args)));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    if (!isAppError(error)) {
      runtimeLog.error('Starting failed', error instanceof Error ? error.stack : undefined);
    }
    process.exit(exitCodeOf(error));
  }
}

function exitCodeOf(error: unknown): number {
  const isTold = isAppError(error, 'invalidInput', 'portTaken', 'folderTaken');
  return isTold ? exitCode[error.code as keyof typeof exitCode] : exitCode.failed;
}

async function printUsers(args: readonly string[]): Promise<void> {
  process.stdout.write(await manageUsers(args, process.stdin));
  // What comes after the first line of stdin is not waited for.
  process.stdin.destroy();
}

async function serve(options: Options): Promise<void> {
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const runtime = new Runtime({
    ...options,
    tls: options.tls && readTlsFiles(options.tls.certFile, options.tls.keyFile),
    owner: { email: take('FLEX_RUNTIME_EMAIL'), password: take('FLEX_RUNTIME_PASSWORD') },
    npmCache: process.env.FLEX_RUNTIME_NPM_CACHE,
    nodeCache: process.env.FLEX_RUNTIME_NODE_CACHE,
    portHook: path.join(__dirname, 'replicaPort.js'),
    logWorker: path.join(__dirname, 'logWorker.js'),
    limits: readLimits(process.env),
    log: runtimeLog,
  });
  process.on('exit', () => runtime.kill());
  const url = await runtime.start();
  stopOnSignal(runtime);
  process.stdout.write(`${JSON.stringify({ event: 'ready', url, pid: process.pid })}\n`);
}

/** A second signal does not wait for services that take their time. */
function stopOnSignal(runtime: Runtime): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) {
      process.exit(exitCode.failed);
    }
    isStopping = true;
    void runtime.close().then(() => process.exit(0));
  };
  // They stay: signal-exit, which a library brings along, sends a signal again that only it hears.
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/** node:sqlite is still marked experimental on some Node.js versions; whoever starts us knows. */
function hideExperimentalWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') {
      runtimeLog.warn(`${warning.name}: ${warning.message}`);
    }
  });
}

/** Read once and removed, so that no child process inherits it. */
function take(name: string): string | undefined {
  const value = process.env[name];
  Reflect.deleteProperty(process.env, name);
  return value === '' ? undefined : value;
}

void main();
