import { existsSync } from 'node:fs';
import path from 'node:path';

/** The checkout: tests are bundled to different depths of its out/, so it is looked for upwards. */
export const checkout = findUp(__dirname);

function findUp(folder: string): string {
  if (existsSync(path.join(folder, 'package-lock.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`${__dirname} is not inside a checkout of FlexService`);
  return findUp(parent);
}
