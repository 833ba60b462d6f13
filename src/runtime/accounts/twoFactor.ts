import { Secret, TOTP } from 'otpauth';

/** What an authenticator app needs to know of an account, to be shown once. */
export interface TwoFactorSetup {
  /** Base32. */
  readonly secret: string;
  /** The same as an otpauth:// URI, the content of the usual QR code. */
  readonly uri: string;
}

/** Codes of the step before and after are taken too: clocks differ, and typing takes a while. */
const stepsAround = 1;

export function createTwoFactor(email: string): TwoFactorSetup {
  const totp = totpOf(new Secret({ size: 20 }).base32, email);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The time step (of 30 s) that a code is of; undefined where it is none of the present ones. */
export function stepOfCode(secret: string, code: string, now = Date.now()): number | undefined {
  if (!/^\d{6}$/.test(code)) {
    return undefined;
  }
  const totp = totpOf(secret);
  const delta = totp.validate({ token: code, timestamp: now, window: stepsAround });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}

/** As every authenticator app has it by default: SHA-1, six digits, 30 seconds. */
function totpOf(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: 'FlexService Runtime',
    label,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
  });
}
