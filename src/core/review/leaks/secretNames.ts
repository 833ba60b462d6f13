import path from 'node:path';

/** Files whose very purpose is a secret, by the name they always have. */
const names: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ['environment file', /^\.env(?:rc|\..+)?$|^[\w-]+\.env$/],
  [
    'private key file',
    /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:ppk|p12|pfx|jks|keystore|kdbx)$/,
  ],
  ['password file', /^\.(?:netrc|pgpass|git-credentials|htpasswd|kinvey-cli)$/],
];

/** Made to be shared. */
const templates = /[.-](?:example|sample|template|dist|defaults?)$/;

/** A key, or a certificate that anybody may see: what is in it tells. */
const keyOrCertificate = /\.(?:pem|key)$/;

/** Why a file (relative, with `/`) is a secret as a whole; undefined where its name does not tell. */
export function secretName(file: string): string | undefined {
  const name = path.posix.basename(file).toLowerCase();
  return templates.test(name) ? undefined : names.find(([, pattern]) => pattern.test(name))?.[0];
}

export function mayBeKey(file: string): boolean {
  return keyOrCertificate.test(file.toLowerCase());
}
