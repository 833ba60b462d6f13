import { isPublicKey } from './encodedKeys';
import { entropyOf } from './entropy';

/** Whether a literal looks like a secret that somebody typed or generated, or like a mere word. */
export function looksLikeSecret(value: string, isPassword: boolean): boolean {
  if (isPlaceholder(value) || isAddress(value) || isPublicKey(value)) {
    return false;
  }
  return (isPassword && isTypedPassword(value)) || (isRandom(value) && !isName(value));
}

/** What stands for a secret that comes from elsewhere, or is made up for a sample. */
export function isPlaceholder(value: string): boolean {
  return stands.test(value) || samples.test(value) || sequences.test(value);
}

/** `${SECRET}`, `{{secret}}`, `<secret>`, `%SECRET%`, `$SECRET`, `process.env.SECRET`. */
const stands = /\$\{|\{\{|^[<[({]|[>\])}]$|^%.*%$|^\$|process\.env|\.\.\.|\*{3}|%s/;
const samples =
  /example|sample|change.?me|replace|your|place.?holder|dummy|fake|mock|redacted|secret.?here|insert|todo|xxxx|foobar|lorem|invalid|undefined|notreal|testing|123456|qwerty/i;
/** The same character six times, or a walk through the alphabet. */
const sequences = /(.)\1{5}|abcdef|01234|deadbeef/i;

/** Shorter random text cannot be told from a name. */
const shortestRandom = 16;

function isRandom(value: string): boolean {
  if (value.length < shortestRandom || !/\d/.test(value) || !/[A-Za-z]/.test(value)) {
    return false;
  }
  return entropyOf(value) >= (/^[0-9a-f-]+$/i.test(value) ? 3 : 3.5);
}

/** As people choose them: small and large letters with digits, or with a sign, as in `Sommer24!`. */
function isTypedPassword(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9._:/-]/].filter((kind) => kind.test(value));
  return value.length >= 8 && kinds.length >= 3 && entropyOf(value) >= 2.75;
}

/** What leads somewhere, or is a file. */
export function isAddress(value: string): boolean {
  return addresses.test(value);
}

const addresses = /^urn:|^(?:[a-z][a-z+]{1,20}:)?\/\/|^(?:\.{1,2}|~)?\/[\w.-]*\/|\.[a-z]{2,5}$/i;

/** Such as `accounts.reset-token-by-mail2`, or a date. */
function isName(value: string): boolean {
  return value.split(/[^A-Za-z0-9]+/).every(isWord);
}

/** `resetToken2`, `SHA256`, `2026`, `2fa`: what is random has digits in the middle, or changes case often. */
function isWord(part: string): boolean {
  const humps = part.match(/[a-z][A-Z]/g)?.length ?? 0;
  return /^(?:[A-Za-z]*\d{0,4}|\d{1,8}|\d{1,2}[a-z]{1,4})$/.test(part) && humps <= part.length / 5;
}
