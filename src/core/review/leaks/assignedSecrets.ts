import { isPlaceholder, looksLikeSecret } from './secretLook';

/** What is called so has a secret as its value. */
const name =
  '(?<name>passwords?|passwd|passphrase|(?<![a-z])pass|pwd|secrets?|tokens?|credentials?|salt|pepper|(?:api|access|auth|account|private|master|secret|encryption|signing|license)[-_]?keys?)(?:[-_]?(?:value|base|prod|production|dev|development|staging|live|\\d{1,2}))?';
const value = '(?<value>[^\\s"\'`]{8,1024})';

const everywhere: readonly RegExp[] = [
  // password: '…', "token": "…", secret === '…', process.env.API_KEY || '…'
  new RegExp(
    `${name}["'\`\\]]{0,2}\\s{0,8}(?::|[=!]={0,2}>?|\\|\\||\\?\\?)\\s{0,8}(?<quote>["'\`])${value}\\k<quote>`,
    'gi',
  ),
  // 'Server=…;Password=…;', 'https://…?api_key=…'
  new RegExp(`${name}=(?<value>[^\\s"'\`;&#]{8,256})(?=["'\`;&#])`, 'gi'),
  // Authorization: 'Basic …'; the Kinvey scheme carries a session.
  /\b(?:Basic|Bearer|Kinvey)\s(?<value>[A-Za-z0-9+/=._-]{16,512})(?=["'`])/g,
];

/** `DB_PASSWORD=…`, `password: …`, for files where values need no quotes. */
const bare = new RegExp(
  `^\\s*(?:(?:export|ENV|ARG|set|-)\\s+)?[\\w.-]{0,60}?${name}\\s*[:=]\\s*${value}\\s*$`,
  'gi',
);
/** `ENV DB_PASSWORD …` of a Dockerfile. */
const spaced = new RegExp(
  `^\\s*ENV\\s+[\\w.-]{0,60}?${name}\\s+(?<quote>["']?)${value}\\k<quote>\\s*$`,
  'gi',
);
const dockerfiles = /(?:^|[/._-])dockerfile(?:\.[\w-]+)?$/i;
const bareFiles =
  /(?:\.(?:ya?ml|ini|properties|conf|cfg|config|toml|env|sh|bash|ps1|bat|cmd)|(?:^|\/)\.[a-z]+rc)$/i;

/** User and password of a registry; base64 may have no digit. */
const npmLogin = /^\s*_auth\s*=\s*["']?(?<value>[A-Za-z0-9+/=]{8,512})/;

/** Most lines have none of these, and need no closer look. */
const worthALook = /pass|pwd|secret|token|credential|salt|pepper|key|basic|bearer|kinvey/i;

const assigning = `${name}["'\`\\]]{0,2}\\s*(?::|[=!]={0,2}>?|\\|\\||\\?\\?)`;
/** One of `everywhere` in a whole file, where the value may stand on a later line. */
const quotedAnywhere = new RegExp(
  `${assigning}\\s*(?:[|>][-+]?\\s*)?["'\`]|${name.replace('<name>', '<joined>')}=[^\\s"'\`;&#]{8}|(?:basic|bearer|kinvey)\\s[\\w+/=.-]{16}`,
  'i',
);
/** The same for files where values need no quotes. */
const anyAnywhere = new RegExp(
  `${assigning}|(?<![^\\n])[^\\S\\n]*env\\s+[\\w.-]{0,60}?${name.replace('<name>', '<spaced>')}\\s|(?:basic|bearer|kinvey)\\s`,
  'i',
);

/** Whether any line of a whole file may; most files assign nothing of that kind. */
export function mayAssignSecrets(text: string, file: string): boolean {
  const isBare = dockerfiles.test(file) || bareFiles.test(file);
  return file.endsWith('.npmrc') || (isBare ? anyAnywhere : quotedAnywhere).test(text);
}

const none: readonly string[] = [];

/** What a line assigns to something that is called like a secret, as far as it looks like one. */
export function assignedSecrets(line: string, file: string): readonly string[] {
  if (file.endsWith('.npmrc')) {
    const { value = '' } = npmLogin.exec(line)?.groups ?? {};
    return value && !isPlaceholder(value) ? [value] : ofNamed(line, file);
  }
  return ofNamed(line, file);
}

function patternsOf(file: string): readonly RegExp[] {
  if (dockerfiles.test(file)) {
    return [...everywhere, bare, spaced];
  }
  return bareFiles.test(file) ? [...everywhere, bare] : everywhere;
}

function ofNamed(line: string, file: string): readonly string[] {
  if (!worthALook.test(line)) {
    return none;
  }
  const found = patternsOf(file).flatMap((pattern) => [...line.matchAll(pattern)]);
  return found.flatMap(({ groups: { name = '', value = '' } = {} }) =>
    looksLikeSecret(value, /^(?:pass|pwd)/i.test(name)) ? [value] : [],
  );
}
