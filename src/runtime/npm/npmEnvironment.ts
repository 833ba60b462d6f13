import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { NodeInstallation } from '../nodejs/ownNode';
import { searchPath } from '../nodejs/searchPath';
import { writeNodeShim } from './nodeShim';

export interface NpmFolders {
  readonly npmCache: string;
  readonly npmHome: string;
}

/**
 * npm gets what it needs and nothing else of the person's environment. Registry, proxy and
 * certificates are a matter of the machine, so its npm configuration counts: a person's ~/.npmrc is
 * passed by path, because HOME points into the data folder. Native modules are built with the
 * headers of `target`, whatever that configuration says.
 */
export async function npmEnvironment(
  { npmCache, npmHome }: NpmFolders,
  own: NodeInstallation | undefined,
  target: NodeInstallation | undefined,
): Promise<NodeJS.ProcessEnv> {
  const userConfig = process.env.npm_config_userconfig ?? path.join(homedir(), '.npmrc');
  return {
    ...pick(/^(https?_proxy|no_proxy|node_extra_ca_certs|systemroot|comspec|pathext)$/i),
    ...pick(/^npm_config_(registry|cafile|proxy|https_proxy|noproxy|globalconfig)$/i),
    PATH: searchPath(await nodeOfScripts(npmHome, own, target)),
    HOME: npmHome,
    LANG: process.env.LANG ?? 'C.UTF-8',
    npm_config_cache: npmCache,
    ...(existsSync(userConfig) && { npm_config_userconfig: userConfig }),
    ...(target?.headers !== undefined && { npm_config_nodedir: target.headers }),
  };
}

/** What `node` is for npm and for the scripts that it runs. */
async function nodeOfScripts(
  npmHome: string,
  own: NodeInstallation | undefined,
  target: NodeInstallation | undefined,
): Promise<string | undefined> {
  const needsShim = own && target && own.major !== target.major && process.platform !== 'win32';
  return needsShim ? writeNodeShim(npmHome, own, target) : own?.executable;
}

function pick(names: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));
}
