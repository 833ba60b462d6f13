import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** A sign-in that kinvey-cli keeps; its name is the key of the CLI's sections in `.kinvey`. */
export interface CliProfile {
  name: string;
  email: string;
  /** The instance's URL with its trailing slash. */
  instance: string;
}

/**
 * The profiles in `~/.kinvey-cli` (contract 6.2), without their tokens; none where the file is
 * missing or broken. Never writes.
 */
export async function readCliProfiles(homeDirectory = homedir()): Promise<readonly CliProfile[]> {
  try {
    const text = await readFile(path.join(homeDirectory, '.kinvey-cli'), 'utf8');
    return profilesOf(JSON.parse(text));
  } catch {
    // The file is the CLI's own: without it, or with one that only the CLI can mend, we know no
    // profiles.
    return [];
  }
}

function profilesOf(session: unknown): CliProfile[] {
  const profiles = Object.entries(property(session, 'profiles') ?? {});
  return profiles.flatMap(([name, profile]) => {
    const { email, host } = { ...(profile as Record<string, unknown> | null) };
    if (typeof email !== 'string' || typeof host !== 'string') {
      return [];
    }
    return [{ name, email, instance: host.endsWith('/') ? host : `${host}/` }];
  });
}

function property(value: unknown, key: string): object | undefined {
  const found =
    typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)[key]
      : undefined;
  return typeof found === 'object' && found !== null ? found : undefined;
}
