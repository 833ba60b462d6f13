import { isSameEmail, type Account } from '../accounts/account';
import type { CliProfile } from '../accounts/cliSession';
import { isSameInstance } from '../kinvey/instances';
import { readSections, writeSections, type JsonObject } from './bindingFile';

/** What a folder is bound to. */
export interface BindingTarget {
  organizationId: string;
  serviceId: string;
  serviceName: string;
  environmentId: string;
}

/** One section of `.kinvey`: what a profile of the CLI, or an e-mail, is bound to. */
export interface BindingSection {
  profile: string;
  organizationId?: string;
  serviceId: string;
  serviceName?: string;
  /** Missing in old files; then the service's only environment is meant. */
  environmentId?: string;
}

/**
 * The sections of a folder's `.kinvey` (contract 6.1). None where the file is missing, or cleared
 * by the CLI; sections that name no service are left out. Throws `bindingBroken` for a file that is
 * not what the CLI writes.
 */
export async function readBindings(folder: string): Promise<readonly BindingSection[]> {
  const sections = Object.entries(await readSections(folder));
  return sections.flatMap(([profile, section]) => bindingOf(profile, section) ?? []);
}

/**
 * Binds the profile, keeping other profiles' sections and keys that are not ours. Throws
 * `bindingBroken`, having changed nothing.
 */
export async function writeBinding(
  folder: string,
  profile: string,
  target: BindingTarget,
): Promise<void> {
  const sections = await readSections(folder);
  const section = objectOf(new Map(Object.entries(sections)).get(profile));
  const flex = {
    ...objectOf(section.flex),
    domain: 'org',
    domainEntityId: target.organizationId,
    serviceId: target.serviceId,
    serviceName: target.serviceName,
    svcEnvId: target.environmentId,
    schemaVersion: 4,
  };
  await writeSections(folder, { ...sections, [profile]: { ...section, flex } });
}

/** Removes this profile's section, where there is one. */
export async function removeBinding(folder: string, profile: string): Promise<void> {
  const sections = Object.entries(await readSections(folder));
  const rest = sections.filter(([name]) => name !== profile);
  if (rest.length < sections.length) {
    await writeSections(folder, Object.fromEntries(rest));
  }
}

/**
 * The key of an account's section: the CLI's profile for the same e-mail and instance, so that the
 * CLI uses it too, else the e-mail.
 */
export function profileFor(account: Account, profiles: readonly CliProfile[]): string {
  return profiles.find((profile) => isProfileOf(profile, account))?.name ?? account.email;
}

export function isProfileOf(profile: CliProfile, account: Account): boolean {
  return (
    isSameEmail(profile.email, account.email) && isSameInstance(profile.instance, account.instance)
  );
}

function bindingOf(profile: string, section: unknown): BindingSection | undefined {
  const { domain, domainEntityId, serviceId, serviceName, svcEnvId } = objectOf(
    objectOf(section).flex,
  );
  if (typeof serviceId !== 'string' || serviceId === '') {
    return undefined;
  }
  return {
    profile,
    serviceId,
    // Old files may name an app here.
    organizationId: domain === 'app' ? undefined : textOf(domainEntityId),
    serviceName: textOf(serviceName),
    environmentId: textOf(svcEnvId),
  };
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
