import { isPublicKey } from './encodedKeys';
import { entropyOf } from './entropy';
import { isAddress, isPlaceholder, looksLikeSecret } from './secretLook';

/** `dsn = '…'`, `"a": "…"`, `process.env.SALT || '…'`; the name is read backwards from here. */
const quoted =
  /(?:[:=]|\|\||\?\?)\s{0,8}(?<quote>["'`])(?<value>[\w+/.~!@#$%^&*-]{16,128}={0,2})\k<quote>/g;
/** `DSN=…`, `dsn: …`, in files where values need no quotes. */
const unquoted =
  /^\s*(?:(?:export|ENV|ARG|set|-)\s+)?[\w.-]{1,60}\s*[:=]\s*(?<value>[\w+/.~!@#$%^&*-]{20,128}={0,2})\s*$/g;

const scripts = /\.(?:[cm]?[jt]sx?|json5?)$/i;
const settings = /\.(?:ya?ml|env|ini|properties|conf|cfg|toml|sh)$|(?:^|\/)dockerfile$/i;
/** Full of what is random and known to all. */
const locks =
  /(?:^|\/)(?:package-lock|npm-shrinkwrap|pnpm-lock)\.|[.-]lock\.(?:json|ya?ml)$|\.min\.[cm]?js$/i;
/** What is in there needs no telling name. */
const secretFiles = /(?:^|[/._-])(?:secrets?|credentials?)\.(?:[cm]?[jt]s|json5?|ya?ml)$/i;

/** What has such a name is random by nature, and may be seen. */
const openNames =
  /(?:hash|sha-?\d*|md5|checksum|digest|integrity|etag|boundary|uuid|guid|fingerprint|thumbprint|public_?key|certificate|alphabet|charset|chars|revision|commit)["'`\]]{0,2}\s*$/i;
const idNames = /(?:I[dD]|(?<![A-Za-z])id)s?["'`\]]{0,2}\s*$/;

/** Either of the two in a whole file, where the value may stand on a later line; random ones have digits. */
const quotedAnywhere =
  /(?:[:=]|\|\||\?\?)\s*(?:[|>][-+]?\s*)?(["'`])(?=[^"'`\d]{0,127}\d)[\w+/.~!@#$%^&*-]{16,128}={0,2}\1/;
const anyAnywhere = /[:=|?]\s*(?:[|>][-+]?\s*)?["'`]?(?=[^\s\d]{0,127}\d)[\w+/.~!@#$%^&*-]{16}/;

const none: readonly string[] = [];

/** Finds what a file assigns to any name and that is clearly random; nothing in files of other kinds. */
export class RandomValues {
  private readonly patterns: readonly RegExp[];
  private readonly anywhere: RegExp;
  private readonly isSecret: (value: string) => boolean;

  constructor(file: string) {
    const isScript = scripts.test(file);
    const patterns = settings.test(file) ? [quoted, unquoted] : isScript ? [quoted] : [];
    this.patterns = locks.test(file) ? [] : patterns;
    this.anywhere = isScript ? quotedAnywhere : anyAnywhere;
    this.isSecret = secretFiles.test(file) ? isSecretThere : isClearlyRandom;
  }

  /** Whether any line of a whole file may hold one. */
  mayBeIn(text: string): boolean {
    return this.patterns.length > 0 && this.anywhere.test(text);
  }

  of(line: string): readonly string[] {
    return this.isIn(line)
      ? this.patterns.flatMap((pattern) => valuesOf(line, pattern)).filter(this.isSecret)
      : none;
  }

  /** A loop: it runs for every line, where a closure each would add up. */
  private isIn(line: string): boolean {
    for (const pattern of this.patterns) {
      if (line.search(pattern) >= 0) {
        return true;
      }
    }
    return false;
  }
}

function valuesOf(line: string, pattern: RegExp): string[] {
  return [...line.matchAll(pattern)].flatMap(({ index, groups: { value = '' } = {} }) =>
    isOpen(line.slice(0, index).slice(-40)) ? [] : [value],
  );
}

function isOpen(before: string): boolean {
  return openNames.test(before) || idNames.test(before);
}

function isSecretThere(value: string): boolean {
  return looksLikeSecret(value, false) || isClearlyRandom(value);
}

/** Hashes, UUIDs, paths and addresses, base64 of JSON, public keys, drawings: none tells a secret. */
const knownForms =
  /^(?:[0-9a-f-]+|sha\d{1,3}-.*|eyJ.*|[Mm][\d.MmLlHhVvCcSsQqTtAaZz-]+)$|%[\dA-F]{2}/i;
const mixed = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{20,}$/;
const oneCase = /^(?:[a-z\d]{24,}|[A-Z\d]{24,})$/;

function isClearlyRandom(value: string): boolean {
  const isKnown = knownForms.test(value) || isAddress(value) || isPlaceholder(value);
  if (isKnown || isPublicKey(value) || entropyOf(value) < 3.5) {
    return false;
  }
  const length = meanWord(value);
  return mixed.test(value) ? length <= 2.6 : oneCase.test(value) && length <= 3.2;
}

/** Names are made of words; in random text letters and digits take turns all the time. */
function meanWord(value: string): number {
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
  return words.join('').length / words.length;
}
