import { silentLog } from '../../../src/core/base/log';
import { HttpClient } from '../../../src/core/kinvey/httpClient';
import { ManagementApi } from '../../../src/core/kinvey/managementApi';
import { planBundle } from '../../../src/core/project/bundlePlan';
import { DeployReview } from '../../../src/core/review/deployReview';
import { connectDeployments } from '../../support/deployments';
import { RuntimeClient, type TestService } from '../../support/runtimeClient';
import { sendBundle, type WrittenBundle } from './sendBundle';

/** The only argument, as JSON. */
export interface SenderOptions {
  readonly url: string;
  readonly token: string;
  readonly service: TestService;
  /** Whether the bundles are looked through before, as every deploy of the editor does. */
  readonly isReviewed: boolean;
  /** The first one makes it a process that has deployed before, as an editor's window is. */
  readonly bundles: readonly [WrittenBundle, WrittenBundle];
}

/** Prints how much more memory (KiB) it had for the second bundle than when idle before it. */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as SenderOptions;
  const { url, token, service, isReviewed, bundles } = options;
  const core = await connectDeployments(url, token);
  const client = await RuntimeClient.signIn(url);
  const http = new HttpClient({ baseUrl: url, token, product: 'bench', log: silentLog });
  const api = new ManagementApi(http);
  const review = new DeployReview({ forAccount: () => Promise.resolve(api) });
  const deploy = async (written: WrittenBundle) => {
    const names = { serviceName: 'x', environmentName: 'Development' };
    const target = { ...service, ...names, folder: written.folder, account: core.account };
    if (isReviewed) {
      await review.start({ target, bundle: await planBundle(written.folder) }).findings;
    }
    await sendBundle(core, service, written);
  };
  await deploy(bundles[0]);
  while ((await client.online(service)).version !== bundles[0].version);
  const idle = process.memoryUsage.rss() / 1024;
  await deploy(bundles[1]);
  process.stdout.write(String(process.resourceUsage().maxRSS - idle));
  core.services.dispose();
}

void main();
