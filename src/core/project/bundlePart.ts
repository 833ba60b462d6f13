import path from 'node:path';
import type { BundlePlan } from './bundlePlan';
import { ignoreFileName } from './ignoreFiles';
import { versionFiles } from './versionEdit';

const alwaysRead = new Set(['.kinvey', ...versionFiles]);

/**
 * Whether a deploy depends on what a file of the folder (absolute path) holds: it is sent, or says
 * what is sent, where to, or as which version.
 */
export function isBundlePart(
  { folder, excluded }: Pick<BundlePlan, 'folder' | 'excluded'>,
  file: string,
): boolean {
  const relative = path.relative(folder, file).split(path.sep).join('/');
  const leftOut = excluded.find((one) => `${relative}/`.startsWith(`${one.path}/`));
  // Rules count also where the file that has them is not sent itself.
  const isRuleFile = path.basename(file) === ignoreFileName && leftOut?.path === relative;
  return leftOut === undefined || isRuleFile || alwaysRead.has(relative);
}
