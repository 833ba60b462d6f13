import { accountOfId, isSameEmail, type Account } from '../accounts/account';
import type { CliProfile } from '../accounts/cliSession';
import { isProfileOf, type BindingSection } from './binding';

/** Whom and what a folder's sections mean on this machine. */
export type BindingState =
  | { kind: 'unbound' }
  | { kind: 'signedOut'; section: BindingSection; email?: string; instance?: string }
  | Bound;

/** A section of one who is signed in. */
export interface Bound {
  kind: 'bound';
  section: BindingSection;
  account: Account;
}

export interface BindingFacts {
  sections: readonly BindingSection[];
  /** The signed-in ones. */
  accounts: readonly Account[];
  /** The CLI's. */
  profiles: readonly CliProfile[];
  /** The account's id that this folder was bound with here. */
  remembered?: string;
}

/** How sure it is that a section belongs to an account. */
type Fit = 'profile' | 'email' | 'unknown' | 'never';

/**
 * Chooses section and account: the remembered account's section, else one whose CLI profile is a
 * signed-in account, else one whose key is a signed-in account's e-mail, else the only section with
 * the only account where nothing speaks against it.
 */
export function chooseBinding(facts: BindingFacts): BindingState {
  const [first] = facts.sections;
  if (first === undefined) {
    return { kind: 'unbound' };
  }
  const remembered = rememberedBinding(facts);
  if (remembered !== undefined) {
    return remembered;
  }
  const pairs = facts.sections.flatMap((section) =>
    facts.accounts.map((account) => ({ section, account, fit: fitOf(section, account, facts) })),
  );
  const only = pairs.length === 1 ? pairs.find(({ fit }) => fit === 'unknown') : undefined;
  const chosen = bestOf(pairs) ?? only;
  return chosen === undefined
    ? signedOut(first, facts)
    : { kind: 'bound', section: chosen.section, account: chosen.account };
}

function rememberedBinding(facts: BindingFacts): BindingState | undefined {
  const known = accountOfId(facts.remembered ?? '');
  if (known === undefined) {
    return undefined;
  }
  const pairs = facts.sections.map((section) => ({ section, fit: fitOf(section, known, facts) }));
  const unknown = pairs.filter(({ fit }) => fit === 'unknown');
  const chosen = bestOf(pairs) ?? (unknown.length === 1 ? unknown[0] : undefined);
  if (chosen === undefined) {
    return undefined;
  }
  const { section } = chosen;
  const account = facts.accounts.find(({ id }) => id === known.id);
  // Signed out, the folder still means this account: another one's section must not take its place.
  return account === undefined
    ? { kind: 'signedOut', section, email: known.email, instance: known.instance }
    : { kind: 'bound', section, account };
}

function bestOf<T extends { fit: Fit }>(pairs: readonly T[]): T | undefined {
  return pairs.find(({ fit }) => fit === 'profile') ?? pairs.find(({ fit }) => fit === 'email');
}

function fitOf(section: BindingSection, account: Account, { profiles }: BindingFacts): Fit {
  const profile = profiles.find(({ name }) => name === section.profile);
  if (profile !== undefined) {
    return isProfileOf(profile, account) ? 'profile' : 'never';
  }
  if (isSameEmail(section.profile, account.email)) {
    return 'email';
  }
  // Somebody else's e-mail is no name that this person could have given.
  return section.profile.includes('@') ? 'never' : 'unknown';
}

function signedOut(section: BindingSection, { profiles }: BindingFacts): BindingState {
  const profile = profiles.find(({ name }) => name === section.profile);
  const email = section.profile.includes('@') ? section.profile : undefined;
  return {
    kind: 'signedOut',
    section,
    email: profile?.email ?? email,
    instance: profile?.instance,
  };
}
