import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Account } from '../../core/accounts/account';
import type { ApiProvider } from '../../core/accounts/apiProvider';
import { AppError, messageOf } from '../../core/base/errors';
import type { NewServiceEnvironment } from '../../core/kinvey/apiTypes';
import type { ManagementApi } from '../../core/kinvey/managementApi';
import type { ServiceStore } from '../../core/services/serviceStore';
import { input, pick } from '../ask';
import type { CreateServiceArgument } from '../contributions';
import type { Call, CommandRunner } from '../runCommand';
import { chooseNamed } from '../chooseNamed';
import { localFolders, type Targets } from '../targets';

const title = vscode.l10n.t('Create Flex Service');

/** Makes a service with its first environment, then offers to bind the folder to it. */
export class CreateService {
  constructor(
    private readonly apis: ApiProvider,
    private readonly services: ServiceStore,
    private readonly targets: Targets,
  ) {}

  register(runner: CommandRunner): vscode.Disposable {
    return runner.register('flexservice.services.create', (call) => this.create(call));
  }

  private async create({ argument, byPerson }: Call<'flexservice.services.create'>) {
    const account = await this.targets.account(argument.account, title);
    const organization = await this.chooseOrganization(account, argument.organization);
    const name = given(argument.name) ?? (await askName(organization.name));
    const description = argument.description ?? (byPerson ? await askDescription() : '');
    const environmentBody = await environmentOf(argument, byPerson);

    const api = await this.apis.forAccount(account.id);
    const service = await api.createService({
      name,
      type: 'internal',
      ...(description === '' ? {} : { description }),
      access: { writers: { organizations: [organization.id] } },
    });
    const environment = await createEnvironment(api, service, environmentBody);
    this.services.refresh(account.id);

    const created = { service: named(service), environment: named(environment) };
    if (argument.bind ?? (byPerson && (await offersToBind(service.name)))) {
      await vscode.commands.executeCommand('flexservice.project.bind', {
        account: account.id,
        organization: organization.id,
        service: service.id,
        environment: environment.id,
      });
    }
    return created;
  }

  private async chooseOrganization(account: Account, organization: string | undefined) {
    const all = await this.services.organizations(account.id);
    if (organization !== undefined || all.length === 0) {
      return chooseNamed(all, organization, 'organization');
    }
    return pick(
      all.map((value) => ({ label: value.name, icon: 'organization', value })),
      { title, placeholder: vscode.l10n.t('Which organization owns it?'), skipSingle: true },
    );
  }
}

/** Without its environment a service is of no use: it is taken back when the second step fails. */
async function createEnvironment(
  api: ManagementApi,
  service: { id: string; name: string },
  body: NewServiceEnvironment,
) {
  try {
    return await api.createServiceEnvironment(service.id, body);
  } catch (error) {
    const why = messageOf(error);
    const text = (await isTakenBack(api, service.id))
      ? vscode.l10n.t('The service was not created, its environment was refused: {0}', why)
      : vscode.l10n.t(
          '{0} was created without an environment and could not be removed again: {1}',
          service.name,
          why,
        );
    throw new AppError('rejected', text, { cause: error });
  }
}

async function isTakenBack(api: ManagementApi, serviceId: string): Promise<boolean> {
  try {
    await api.deleteService(serviceId);
    return true;
  } catch {
    // Why the environment was refused is what the person has to know.
    return false;
  }
}

async function environmentOf(
  argument: CreateServiceArgument,
  byPerson: boolean,
): Promise<NewServiceEnvironment> {
  const { environment, secret, variables, runtime } = argument;
  const name = given(environment) ?? (byPerson ? await askEnvironment() : 'Development');
  return {
    name,
    secret: given(secret) ?? (byPerson ? await askSecret() : randomSecret()),
    ...(variables ? { environmentVariables: variables } : {}),
    ...(runtime === undefined ? {} : { runtime }),
  };
}

/** 256 random bits. */
function randomSecret(): string {
  return randomBytes(32).toString('hex');
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

async function askName(organization: string): Promise<string> {
  const name = await input({
    title,
    prompt: vscode.l10n.t('Name of the new service in {0}', organization),
    placeholder: 'orders',
    validate: (text) => (given(text) ? undefined : vscode.l10n.t('Enter a name.')),
  });
  return name.trim();
}

async function askDescription(): Promise<string> {
  const prompt = vscode.l10n.t('Description (may stay empty)');
  return (await input({ title, prompt })).trim();
}

async function askEnvironment(): Promise<string> {
  const name = await input({
    title,
    prompt: vscode.l10n.t('Name of its first environment'),
    value: 'Development',
    validate: (text) => (given(text) ? undefined : vscode.l10n.t('Enter a name.')),
  });
  return name.trim();
}

async function askSecret(): Promise<string> {
  return input({
    title,
    prompt: vscode.l10n.t(
      'Shared secret. Press Enter to keep this random one of 256 bits, or type your own',
    ),
    value: randomSecret(),
    password: true,
    validate: (text) => {
      if (text !== text.trim()) {
        return vscode.l10n.t('A secret may not begin or end with a space.');
      }
      return text.length >= 2 ? undefined : vscode.l10n.t('Enter at least two characters.');
    },
  });
}

async function offersToBind(service: string): Promise<boolean> {
  if (localFolders().length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} was created.', service));
    return false;
  }
  const bind = vscode.l10n.t('Bind Folder');
  const text = vscode.l10n.t('{0} was created. Bind this folder to it?', service);
  return (
    (await vscode.window.showInformationMessage(text, bind, vscode.l10n.t('Not Now'))) === bind
  );
}

function named({ id, name }: { id: string; name: string }) {
  return { id, name };
}
