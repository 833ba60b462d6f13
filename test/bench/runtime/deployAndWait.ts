import type { Files, RuntimeClient, TestService } from '../../support/runtimeClient';
import { millisecondsUntil } from './stopwatch';

/** From sending a deploy until the status says that this version is ONLINE, in milliseconds. */
export async function deployAndWait(
  client: RuntimeClient,
  service: TestService,
  files: Files,
): Promise<number> {
  const { version } = JSON.parse(files['package.json'] ?? '{}') as { version: string };
  const start = performance.now();
  await client.deploy(service, version, files);
  await millisecondsUntil(`${version} to be ONLINE`, async () => {
    const status = await client.status(service);
    return status.status === 'ONLINE' && status.version === version;
  });
  return performance.now() - start;
}
