import { createHash } from 'node:crypto';
import { Assignments } from './assignments';
import { knownSecrets, mayHoldKnown, noSecrets, type KnownSecret } from './knownSecrets';
import { PrivateKeys } from './privateKeys';
import { mayBeKey, secretName } from './secretNames';

/** Something in a bundle that looks like a secret. */
export interface Leak {
  /** Relative to the folder, with `/`. */
  readonly file: string;
  /** Counted from 1; of the first place where the value stands in the file. */
  readonly line: number;
  /** What it looks like, in words: `GitHub token`. */
  readonly rule: string;
  /**
   * The same for the same value in the same file, wherever it moves; another value is another
   * finding. A hash: it does not tell the value.
   */
  readonly id: string;
  /** The line up to the value and the quote after it, `****` for every secret; empty for a whole file. */
  readonly excerpt: string;
  /** Of a file with too many: how many more it holds from this line on. Their hash is the id. */
  readonly more?: number;
}

const mask = '****';
const longestExcerpt = 80;
/** Nobody reads more: one further finding stands for the rest. */
const mostOfOneFile = 100;
const publicParts =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}(?:CERTIFICATE|PUBLIC KEY|PARAMETERS|X509 CRL)-----/;

/** The leaks of one file, whose lines it is told one after the other. */
export class FileLeaks {
  private readonly leaks = new Map<string, Leak>();
  /** The ids of what is left. */
  private readonly rest = new Set<string>();
  private restLine = 0;
  private readonly keys = new PrivateKeys();
  private readonly assignments: Assignments;
  private isPublic = false;

  constructor(
    private readonly file: string,
    private readonly shared: RegExp | undefined,
  ) {
    this.assignments = new Assignments(file);
    const rule = secretName(file);
    if (rule) {
      this.add({ rule, value: '' }, 1, '');
    }
  }

  /** Whether any line of the whole file may hold one: as a whole it is looked through much sooner. */
  mayHold(text: string): boolean {
    return (
      text.includes('-----BEGIN') ||
      mayHoldKnown(text) ||
      this.assignments.mayBeIn(text) ||
      (this.shared !== undefined && text.search(this.shared) >= 0)
    );
  }

  read(text: string, line: number): void {
    this.isPublic ||= text.includes('-----BEGIN') && publicParts.test(text);
    const isOfKey = this.keys.isReading || text.includes('-----BEGIN');
    this.addKey(this.keys.read(text, line));
    const found = this.secretsOf(text, isOfKey);
    for (const secret of found) {
      this.add(secret, line, excerptOf(text, secret.value, found));
    }
  }

  end(): Leak[] {
    this.addKey(this.keys.end());
    if (mayBeKey(this.file) && !this.isPublic && this.leaks.size === 0) {
      this.add({ rule: 'private key file', value: '' }, 1, '');
    }
    return [...[...this.leaks.values()].sort((a, b) => a.line - b.line), ...this.more()];
  }

  /** Another secret among the rest, or one that goes, is another finding. */
  private more(): Leak[] {
    const more = this.rest.size;
    if (more === 0) {
      return [];
    }
    const id = idOf('more', this.file, ...[...this.rest].sort());
    return [{ file: this.file, line: this.restLine, rule: 'more', id, excerpt: '', more }];
  }

  /** A value that several rules know is one finding: that of the most certain rule. */
  private secretsOf(text: string, isOfKey: boolean): readonly KnownSecret[] {
    const shared = this.shared ? text.match(this.shared) : null;
    const known = isOfKey ? withoutKeys(knownSecrets(text)) : knownSecrets(text);
    const assigned = this.assignments.read(text);
    if (shared === null && known.length + assigned.length === 0) {
      return noSecrets;
    }
    const own = (shared ?? []).map((value) => ({
      rule: 'shared secret of the environment',
      value,
    }));
    const all = [...own, ...known, ...assigned];
    return all.filter((one, index) => !all.slice(0, index).some((other) => isPart(one, other)));
  }

  private addKey(key: { line: number; body: string } | undefined): void {
    if (key) {
      const excerpt = `-----BEGIN PRIVATE KEY----- ${mask}`;
      this.add({ rule: 'private key', value: key.body }, key.line, excerpt);
    }
  }

  private add({ rule, value }: KnownSecret, line: number, excerpt: string): void {
    const id = idOf(rule, this.file, value);
    if (this.leaks.has(id)) {
      return;
    }
    if (this.leaks.size < mostOfOneFile) {
      this.leaks.set(id, { file: this.file, line, rule, id, excerpt });
    } else {
      this.restLine ||= line;
      this.rest.add(id);
    }
  }
}

function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}

function excerptOf(text: string, value: string, found: readonly KnownSecret[]): string {
  const at = text.indexOf(value);
  const before = text.slice(0, at);
  const [quote = ''] = /^["'`]/.exec(text.slice(at + value.length)) ?? [];
  const masked = found.reduce((line, other) => line.replaceAll(other.value, mask), before);
  return masked.trimStart().slice(-longestExcerpt) + mask + quote;
}

/** The lines of a key are told together. */
function withoutKeys(found: readonly KnownSecret[]): readonly KnownSecret[] {
  return found.filter(({ rule }) => rule !== 'private key');
}

function isPart({ value }: KnownSecret, other: KnownSecret): boolean {
  return value.includes(other.value) || other.value.includes(value);
}
