import path from 'node:path';
import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import type { AccountStore } from '../../core/accounts/accountStore';
import type { CliProfile } from '../../core/accounts/cliSession';
import { AppError } from '../../core/base/errors';
import {
  profileFor,
  readBindings,
  removeBinding,
  writeBinding,
  type BindingSection,
} from '../../core/project/binding';
import type { ServiceStore } from '../../core/services/serviceStore';
import { confirm, pick } from '../ask';
import type { BindArgument } from '../contributions';
import type { Call, CommandRunner } from '../runCommand';
import { chooseNamed } from '../chooseNamed';
import { type Targets } from '../targets';
import type { FolderStates } from '../folderStates';

interface Named {
  id: string;
  name: string;
}

/** Binds folders to service environments, in the file that kinvey-cli reads and writes too. */
export class ProjectCommands {
  constructor(
    private readonly accounts: AccountStore,
    private readonly services: ServiceStore,
    private readonly targets: Targets,
    private readonly folders: FolderStates,
    private readonly readProfiles: () => Promise<readonly CliProfile[]>,
    private readonly signIn: () => Promise<Account>,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.project.bind', (call) => this.bind(call)),
      runner.register('flexservice.project.unbind', (call) => this.unbind(call)),
    ];
  }

  private async bind({ argument, byPerson }: Call<'flexservice.project.bind'>) {
    const folder = await this.targets.folder(argument.folder);
    const title = vscode.l10n.t('Bind {0}', path.basename(folder));
    const account = await this.accountFor(argument, byPerson, title);
    const { organization, service } = await this.chooseService(account, argument, title);
    const environment = await this.chooseEnvironment(account, service, argument, title);

    const profile = profileFor(account, await this.readProfiles());
    await writeBinding(folder, profile, {
      organizationId: organization.id,
      serviceId: service.id,
      serviceName: service.name,
      environmentId: environment.id,
    });
    await this.folders.bound(folder, account.id);
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('$(link) Bound to {0} · {1}', service.name, environment.name),
      5_000,
    );
    return { folder, service: named(service), environment: named(environment) };
  }

  private async accountFor({ account }: BindArgument, byPerson: boolean, title: string) {
    const known = await this.accounts.list();
    return byPerson && known.length === 0 ? this.signIn() : this.targets.account(account, title);
  }

  private async chooseService(account: Account, argument: BindArgument, title: string) {
    const organization = await this.chooseOrganization(account, argument, title);
    const all = await this.services.services(account.id, organization.id);
    if (all.length === 0) {
      throw new AppError(
        'notFound',
        vscode.l10n.t(
          '{0} has no Flex service yet. Create one with "Flex: Create Service".',
          organization.name,
        ),
      );
    }
    const service = await choose(all, argument.service, 'service', title);
    return { organization, service };
  }

  /** Of several organizations, the one that has the service that was named in advance. */
  private async chooseOrganization(account: Account, argument: BindArgument, title: string) {
    const { organization, service } = argument;
    const all = await this.services.organizations(account.id);
    if (organization !== undefined || service === undefined) {
      return choose(all, organization, 'organization', title);
    }
    const having: Named[] = [];
    for (const candidate of all) {
      const services = await this.services.services(account.id, candidate.id);
      if (services.some(({ id, name }) => id === service || name === service)) {
        having.push(candidate);
      }
    }
    return choose(having.length > 0 ? having : all, undefined, 'organization', title);
  }

  private async chooseEnvironment(
    account: Account,
    service: Named,
    { environment }: BindArgument,
    title: string,
  ) {
    const all = await this.services.environments(account.id, service.id);
    return choose(all, environment, 'environment', title);
  }

  private async unbind({ argument, byPerson }: Call<'flexservice.project.unbind'>) {
    const folder = await this.targets.folder(argument.folder);
    const section = await this.sectionOf(folder);
    if (!section) {
      throw new AppError('notBound', vscode.l10n.t('{0} is not bound.', path.basename(folder)));
    }
    if (byPerson) {
      await confirm(
        vscode.l10n.t('Unbind {0}?', path.basename(folder)),
        vscode.l10n.t('The service itself is not touched. You can bind the folder again.'),
        vscode.l10n.t('Unbind'),
      );
    }
    await removeBinding(folder, section.profile);
    await this.folders.bound(folder, undefined);
    return { folder };
  }

  private async sectionOf(folder: string): Promise<BindingSection | undefined> {
    const state = await this.folders.bindingOf(folder);
    return state.kind === 'unbound' ? (await readBindings(folder))[0] : state.section;
  }
}

function named({ id, name }: Named): Named {
  return { id, name };
}

/** What was named in advance, else the only one, else asks. */
async function choose<T extends Named>(
  all: readonly T[],
  given: string | undefined,
  what: 'organization' | 'service' | 'environment',
  title: string,
): Promise<T> {
  if (given !== undefined || all.length === 0) {
    return chooseNamed(all, given, what);
  }
  const placeholders = {
    organization: vscode.l10n.t('Which organization owns the service?'),
    service: vscode.l10n.t('Which Flex service does this folder hold?'),
    environment: vscode.l10n.t('Which environment is deployed to?'),
  };
  const icons = { organization: 'organization', service: 'package', environment: 'server' };
  return pick(
    all.map((value) => ({ label: value.name, description: value.id, icon: icons[what], value })),
    { title, placeholder: placeholders[what], skipSingle: true },
  );
}
