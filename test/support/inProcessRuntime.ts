import { silentLog } from '../../src/core/base/log';
import { readLimits } from '../../src/runtime/limits';
import { Runtime, type RuntimeOptions } from '../../src/runtime/runtime';
import { logWorker } from './logWorker';
import { RuntimeClient } from './runtimeClient';
import { owner } from './runtimeProcess';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';

export interface InProcessRuntime {
  /** With a slash at its end. */
  readonly url: string;
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * A runtime in the process of the test, for what needs no services; in a folder of its own, unless
 * it is given one, which stays.
 */
export async function startInProcess(
  options: Partial<RuntimeOptions> = {},
  env: NodeJS.ProcessEnv = {},
): Promise<InProcessRuntime> {
  const folder = options.data ?? createScratchFolder('runtime');
  const runtime = new Runtime({
    host: '127.0.0.1',
    port: 0,
    data: folder,
    owner,
    replicas: 1,
    portHook: '',
    logWorker,
    limits: readLimits(env),
    log: silentLog,
    ...options,
  });
  const url = await runtime.start();
  const close = async () => {
    await runtime.close();
    if (options.data === undefined) {
      removeScratchFolder(folder);
    }
  };
  return { url, folder, close };
}

export interface OwnRuntime extends InProcessRuntime {
  /** Signed in as its owner. */
  readonly client: RuntimeClient;
}

/** A runtime of its own for each test of the surrounding `describe`. */
export function useOwnRuntime(): () => OwnRuntime {
  let own: OwnRuntime;
  beforeEach(async () => {
    const runtime = await startInProcess();
    own = { ...runtime, client: await RuntimeClient.signIn(runtime.url) };
  });
  afterEach(() => own.close());
  return () => own;
}
