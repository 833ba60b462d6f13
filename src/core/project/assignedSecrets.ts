import { looksLikeSecret } from './secretLook';

/** A name that ends like one of these has a secret as its value. */
const names =
  'passwords?|passwd|passphrase|pwd|secrets?|tokens?|credentials?|(?:api|access|auth|account|private|master|secret|encryption|signing|license)[-_]?keys?';
const suffix = '(?:[-_]?(?:value|base|prod|production|dev|development|staging|live|\\d{1,2}))?';

/** Most lines have none of these, and need no closer look. */
const worthALook = /pass|pwd|secret|token|credential|key|basic|bearer|kinvey/i;
/** `password: '…'`, `"token": "…"`, `secret === '…'`, `process.env.API_KEY || '…'`. */
const quoted = new RegExp(
  `(${names})${suffix}["'\`\\]]{0,2}\\s{0,8}(?::|[=!]={0,2}>?|\\|\\||\\?\\?)\\s{0,8}(["'\`])([^\\s"'\`]{8,256})\\2`,
  'gi',
);
/** `Authorization: 'Basic …'`; the Kinvey scheme carries a session. */
const headers = /\b(?:Basic|Bearer|Kinvey)\s([A-Za-z0-9+/=._-]{16,512})(?=["'`])/g;
/** `DB_PASSWORD=…` where values need no quotes. */
const bare = new RegExp(
  `^\\s*(?:(?:export|ENV|ARG|set|-)\\s+)?[\\w.-]{0,60}?(${names})${suffix}\\s*[:=]\\s*([^\\s"'\`#]{8,256})\\s*$`,
  'i',
);
const bareNames =
  /(?:\.(?:ya?ml|ini|properties|conf|cfg|config|toml|env|sh|bash|ps1|bat|cmd)|dockerfile|(?:^|\/)\.[a-z]+rc)$/i;

/** The values of a line that are assigned to something that is named like a secret, and look like one. */
export function assignedSecrets(line: string, file: string): string[] {
  if (!worthALook.test(line)) {
    return [];
  }
  const found = [...line.matchAll(quoted)].map(([, name = '', , value = '']) => ({ name, value }));
  for (const [, value = ''] of line.matchAll(headers)) {
    found.push({ name: '', value });
  }
  const plain = bareNames.test(file) ? bare.exec(line) : null;
  if (plain) {
    found.push({ name: plain[1] ?? '', value: plain[2] ?? '' });
  }
  return found
    .filter(({ name, value }) => looksLikeSecret(value, /^pass|^pwd/i.test(name)))
    .map(({ value }) => value);
}
