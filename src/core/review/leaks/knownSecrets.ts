import { encodedKey, isPrivateKey } from './encodedKeys';
import { isPlaceholder } from './secretLook';

/** Shapes that the services themselves gave their secrets so that they can be found. */
const shapes: readonly (readonly [rule: string, source: string])[] = [
  ['AWS access key', String.raw`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`],
  ['GitHub token', String.raw`\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{60,255})\b`],
  ['GitLab token', String.raw`\bgl(?:pat|dt|rt|ptt)-[\w-]{20,64}`],
  ['Slack token', String.raw`\bxox[abeprs]-(?:[A-Za-z0-9]{1,64}-){1,6}[A-Za-z0-9]{10,64}`],
  ['Slack token', String.raw`\bxapp-\d-[A-Z0-9]{8,20}-\d{8,20}-[a-z0-9]{20,80}`],
  ['Slack webhook', String.raw`hooks\.slack\.com/(?:services|workflows)/T\w{6,14}/[\w/]{20,80}`],
  ['Google API key', String.raw`\bAIza[\w-]{35}(?![\w-])`],
  ['Google client secret', String.raw`\bGOCSPX-[\w-]{28}`],
  ['Firebase server key', String.raw`\bAAAA[\w-]{7}:APA91b[\w-]{100,160}`],
  [
    'Stripe key',
    String.raw`\b(?:[rs]k_(?:live|test)_[A-Za-z0-9]{20,128}|whsec_[A-Za-z0-9+/]{32,64})`,
  ],
  ['npm token', String.raw`\bnpm_[A-Za-z0-9]{36}\b`],
  ['npm token', String.raw`:_(?:authToken|auth|password)\s{0,4}=\s{0,4}["']?[^\s"'$]{8,512}`],
  ['PyPI token', String.raw`\bpypi-AgE[\w-]{50,512}`],
  ['SendGrid key', String.raw`\bSG\.[\w-]{22}\.[\w-]{43}`],
  ['Twilio key', String.raw`\bSK[0-9a-f]{32}\b`],
  ['Mailgun key', String.raw`\bkey-[0-9a-f]{32}\b`],
  ['OpenAI key', String.raw`\bsk-(?:(?:proj|svcacct|admin)-[\w-]{40,256}|\w{20}T3BlbkFJ\w{20})`],
  ['Anthropic key', String.raw`\bsk-ant-[\w-]{60,256}`],
  ['Azure key', String.raw`\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,88}={0,2}`],
  ['DigitalOcean token', String.raw`\bdo[opr]_v1_[0-9a-f]{64}\b`],
  ['Shopify token', String.raw`\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b`],
  ['Square token', String.raw`\bsq0(?:atp|csp)-[\w-]{22,43}`],
  ['Databricks token', String.raw`\bdapi[0-9a-f]{32}\b`],
  ['Hugging Face token', String.raw`\bhf_[A-Za-z]{34}\b`],
  ['Telegram token', String.raw`\b\d{8,10}:AA[\w-]{33}(?![\w-])`],
  ['JSON Web Token', String.raw`\beyJ[\w-]{10,512}\.eyJ[\w-]{10,4096}\.[\w-]{20,1024}`],
  ['private key', encodedKey],
  // Hosts of Redis need no user.
  [
    'password in an address',
    String.raw`://[^\s:/@"'\x60<>]{0,100}:[^\s/@"'\x60<>]{3,200}@[\w.-]{1,200}`,
  ],
];

const rules = shapes.map(([rule, source]) => ({ rule, pattern: new RegExp(source, 'g') }));
/** One pass over each line tells most of them to hold nothing. */
const anyShape = new RegExp(shapes.map(([, source]) => source).join('|'));

export interface KnownSecret {
  readonly rule: string;
  readonly value: string;
}

/** Of most lines: there are many, and what is made anew for each of them adds up. */
export const noSecrets: readonly KnownSecret[] = [];

export function mayHoldKnown(text: string): boolean {
  return anyShape.test(text);
}

export function knownSecrets(line: string): readonly KnownSecret[] {
  if (!anyShape.test(line)) {
    return noSecrets;
  }
  return rules.flatMap(({ rule, pattern }) =>
    [...line.matchAll(pattern)]
      .map(([value]) => ({ rule, value }))
      .filter((found) => isReal(found)),
  );
}

function isReal({ rule, value }: KnownSecret): boolean {
  // So long a text holds the words of samples by chance.
  return rule === 'private key' ? isPrivateKey(value) : !isSample(value);
}

/** An address on this machine, or with a password that everybody knows, opens nothing. */
function isSample(value: string): boolean {
  const [, user, password = '', host = ''] = /^:\/\/(.*?):(.+)@(.+)$/.exec(value) ?? [];
  if (user === undefined) {
    return isPlaceholder(value);
  }
  const isWellKnown =
    user === password ||
    /^(?:pass(?:word|wd)?|pwd|secret|root|guest|admin|key_1234)$/i.test(password);
  return isWellKnown || isPlaceholder(password) || isLocal(host) || sampleHost.test(host);
}

/** Kept free for documents. */
const sampleHost = /(?:^|\.)example(?:\.(?:com|net|org))?$|\.invalid$/;

function isLocal(host: string): boolean {
  return !host.includes('.') || /^(?:127\.|0\.0\.0\.0|.*\.(?:test|local|localhost)$)/.test(host);
}
