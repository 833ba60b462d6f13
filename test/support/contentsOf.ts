import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Every file below a folder with a hash of what is in it; what is installed does not count. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(folder, entry.name);
      if (entry.name === 'node_modules') return {};
      if (entry.isDirectory()) return contentsOf(file);
      const content = entry.isFile() ? await readFile(file) : entry.name;
      return { [file]: createHash('sha256').update(content).digest('hex') };
    }),
  );
  return Object.assign({}, ...found) as Record<string, string>;
}
