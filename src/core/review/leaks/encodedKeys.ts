import { entropyOf } from './entropy';

/** The text of a PEM in base64. */
const pem = 'LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,}';
/**
 * How the private keys of RSA and of elliptic curves begin (PKCS#8 as it is and encrypted, PKCS#1,
 * SEC1, PKCS#12), and more of it than a line of a PEM has: those are told as a whole.
 */
const der =
  'M(?:II[A-Za-z0-9+/]{2}[AQgw]IBA[ADz]|II[A-Za-z0-9+/]{5}BgkqhkiG9w0BBQ|IG[A-Za-z0-9+/]AgE(?:AM|BBD)|H[Qc]CAQEEI)[A-Za-z0-9+/]{80,}';

/** A private key in base64, however long; of what it matches `isPrivateKey` tells whether it is one. */
export const encodedKey = `(?<![A-Za-z0-9+/-])(?:${pem}|${der})={0,2}`;

export function isPrivateKey(value: string): boolean {
  const isOne = value.startsWith('M') || /^-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY/.test(head(value));
  return isOne && entropyOf(value) >= leastEntropy;
}

/** A sample is filled with the same characters. */
const leastEntropy = 4;

/** A certificate or a public key in base64: made to be seen. */
export function isPublicKey(value: string): boolean {
  return value.startsWith('LS0t')
    ? /^-----BEGIN [A-Z0-9 ]{0,30}(?:CERTIFICATE|PUBLIC KEY)/.test(head(value))
    : publicDer.test(value);
}

const publicDer =
  /^M(?:II[A-Za-z0-9+/]{2}[DTjz](?:CC|ANBgkqhkiG9w0BAQ)|IG[ef]MA0GCSqGSIb3DQEBAQ|[FH][A-Za-z]wE[Aw]YHKoZIzj)/;

function head(value: string): string {
  return Buffer.from(value.slice(0, 80), 'base64').toString('latin1');
}
