const longestPath = 1_024;
const deepest = 64;
/** Of one name, as file systems have it. */
const longestNameBytes = 255;
/** Names that open a device whatever folder they are in, and those that lose their last letter. */
const windowsOnly = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(\s*\.|:|$)|[. ]$/i;

interface Known {
  readonly name: string;
  readonly isFolder: boolean;
}

/** The names in a bundle, each checked by itself and against those before it. */
export class EntryNames {
  /** By what the file system takes for the same name. */
  private readonly known = new Map<string, Known>();

  constructor(private readonly platform: NodeJS.Platform = process.platform) {}

  /** What is wrong with a name, to go on after it; undefined where it may be written. */
  add(path: string, isFolder: boolean): string | undefined {
    if (path.startsWith('/') || path.startsWith('\\') || /^[a-z]:/i.test(path)) {
      return 'is an absolute path';
    }
    const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
    return this.problemOf(path, parts, isFolder) ?? this.addParts(parts, isFolder);
  }

  private problemOf(path: string, parts: string[], isFolder: boolean): string | undefined {
    const isRoot = parts.length === 0;
    if (parts.includes('..') || path.includes('\0') || path === '' || (isRoot && !isFolder)) {
      return 'is not a path inside the bundle';
    }
    if (path.length > longestPath || parts.length > deepest) {
      return `is longer than ${longestPath} characters or deeper than ${deepest} folders`;
    }
    if (parts.some((part) => Buffer.byteLength(part) > longestNameBytes)) {
      return `has a name of more than ${longestNameBytes} bytes`;
    }
    const isOdd = this.platform === 'win32' && parts.some((part) => windowsOnly.test(part));
    return isOdd ? 'has a name that Windows keeps for itself' : undefined;
  }

  private addParts(parts: readonly string[], isFolder: boolean): string | undefined {
    for (let count = 1; count <= parts.length; count++) {
      const name = parts.slice(0, count).join('/');
      const clash = this.addOne(name, isFolder || count < parts.length);
      if (clash !== undefined) {
        return clash;
      }
    }
    return undefined;
  }

  private addOne(name: string, isFolder: boolean): string | undefined {
    const known = this.known.get(this.fold(name));
    if (!known) {
      this.known.set(this.fold(name), { name, isFolder });
      return undefined;
    }
    if (known.name !== name) {
      return `and ${JSON.stringify(known.name.slice(0, 200))} are one name on this system`;
    }
    return known.isFolder && isFolder ? undefined : 'is there twice';
  }

  /** Linux tells upper and lower case apart, and forms of a letter; others do not. */
  private fold(name: string): string {
    const isStrict = this.platform !== 'win32' && this.platform !== 'darwin';
    return isStrict ? name : name.normalize('NFC').toLowerCase();
  }
}
