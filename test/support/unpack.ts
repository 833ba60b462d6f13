import { Parser, type ReadEntry } from 'tar';

export interface Unpacked {
  type: string;
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  content: string;
}

/** The entries of a tar by their names, read by another library than the one that writes ours. */
export function unpack(tar: Buffer): Promise<Map<string, Unpacked>> {
  const found = new Map<string, Unpacked>();
  return new Promise((resolve, reject) => {
    const parser = new Parser({ strict: true });
    parser.on('entry', (entry: ReadEntry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => {
        const { type, mode, uid, gid } = entry;
        found.set(entry.path, { type, mode, uid, gid, content: String(Buffer.concat(chunks)) });
      });
    });
    parser.on('end', () => resolve(found));
    parser.on('error', reject);
    parser.end(tar);
  });
}
