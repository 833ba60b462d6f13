const block = 512;
const maxName = 100;
const maxPrefix = 155;

/** The two empty blocks at the end of a tar. */
export const tarEndBytes = 2 * block;

/**
 * The bytes that one entry takes in a tar as tar-stream (below archiver) writes it: the header, a
 * PAX record where the name does not fit, the content in whole blocks. A directory's name ends in
 * a slash.
 */
export function tarEntryBytes(name: string, size: number): number {
  const header = fitsHeader(name) ? block : 2 * block + wholeBlocks(paxRecordBytes(name));
  return header + wholeBlocks(size);
}

function fitsHeader(name: string): boolean {
  if (Buffer.byteLength(name) !== name.length) {
    return false;
  }
  const split = splitName(name);
  return split !== undefined && split.prefix <= maxPrefix;
}

/** Leading segments move into the prefix until the rest fits; undefined when there are too few. */
function splitName(name: string): { prefix: number } | undefined {
  let start = 0;
  while (name.length - start > maxName) {
    const slash = name.indexOf('/', start);
    if (slash === -1) {
      return undefined;
    }
    start = slash + 1;
  }
  return { prefix: Math.max(0, start - 1) };
}

/** `<length> path=<name>\n`, where the length counts its own digits. */
function paxRecordBytes(name: string): number {
  const rest = Buffer.byteLength(` path=${name}\n`);
  const guess = rest + String(rest).length;
  return rest + String(guess).length;
}

function wholeBlocks(bytes: number): number {
  return Math.ceil(bytes / block) * block;
}
