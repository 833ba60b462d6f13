import type { Apis } from '../../accounts/apiProvider';
import type { Discovery } from '../../handlers/discovery';
import { handlerChange } from '../../handlers/handlerChange';
import type { ServiceStatus } from '../../kinvey/apiTypes';
import type { Target } from '../../project/targetResolver';
import { environmentKeyOf } from '../../services/environmentKey';
import type { EnvironmentKey, ServiceStore } from '../../services/serviceStore';
import { deployedHandlers } from './deployedHandlers';
import type { DeploymentRecord } from '../history/deploymentRecord';
import type { DeploymentStore } from '../history/deploymentStore';
import { onlineDeployments, versionFacts, type VersionFacts } from './versionFacts';
import { suggestVersion, type VersionSuggestion } from './versionSuggestion';

/** What the version of a deploy is chosen by. */
export interface VersionOutlook {
  readonly status: ServiceStatus;
  readonly facts: VersionFacts;
  /** The deployment of the highest version, where it was made from here. */
  readonly highest?: DeploymentRecord;
  /** The handlers of the version that serves; undefined where nobody knows. Asks at most once. */
  deployed(): Promise<Discovery | undefined>;
  /** By what changes from the deployed handlers to those of the folder. */
  suggest(handlers: Promise<Discovery | undefined>): Promise<VersionSuggestion>;
}

/** Brings together what is known of the versions of a folder and of where it is deployed to. */
export class VersionResolver {
  constructor(
    private readonly apis: Apis,
    private readonly services: ServiceStore,
    private readonly records: DeploymentStore,
  ) {}

  /** Asks for the status now. Throws what the wire throws. */
  async look(target: Target, local: string | undefined, tag?: string): Promise<VersionOutlook> {
    const key = environmentKeyOf(target);
    const status = await this.services.fetchStatus(key);
    const deployed = onlineDeployments(this.records.history(target.folder), key);
    const facts = { ...versionFacts(local, status, deployed), tag };
    const highest = deployed.find(({ version }) => version === facts.highest);
    let asked: Promise<Discovery | undefined> | undefined;
    const deployedNow = () => (asked ??= this.discover(key, status, deployed));
    const suggest = async (handlers: Promise<Discovery | undefined>) =>
      suggestVersion(facts, status, handlerChange(await deployedNow(), await handlers));
    return { status, facts, highest, deployed: deployedNow, suggest };
  }

  private async discover(
    { accountId, environmentId }: EnvironmentKey,
    status: ServiceStatus,
    deployed: readonly DeploymentRecord[],
  ): Promise<Discovery | undefined> {
    const api = await this.apis.forAccount(accountId);
    return deployedHandlers({ api, environmentId, status, deployed });
  }
}
