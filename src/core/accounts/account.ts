/** A person's sign-in at one instance. */
export interface Account {
  /** Stable for this e-mail at this instance, see `accountId`. */
  id: string;
  email: string;
  /** The instance's URL with its trailing slash. */
  instance: string;
}

export function accountId(email: string, instance: string): string {
  return `${email} ${instance}`;
}

/**
 * The account that an id tells of, also when it is no longer signed in; undefined for any other
 * text.
 */
export function accountOfId(id: string): Account | undefined {
  const space = id.lastIndexOf(' ');
  if (space < 1 || space === id.length - 1) {
    return undefined;
  }
  return { id, email: id.slice(0, space), instance: id.slice(space + 1) };
}

export function isSameEmail(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
