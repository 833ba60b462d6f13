import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const keyBytes = 32;

/** Longer ones are refused before anything is computed. */
export const passwordLimit = 1_024;

/** `scrypt$<salt>$<key>`, both in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, keyBytes);
  return `scrypt$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** 96 random bits, as text that can be typed. */
export function createPassword(): string {
  return randomBytes(12).toString('base64url');
}

/** Takes as long for an account that does not exist, so that nobody learns who has one. */
export async function verifyPassword(password: string, hashed?: string): Promise<boolean> {
  const [, salt = '', key = ''] = (hashed ?? '').split('$');
  const wanted = Buffer.from(key, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), keyBytes);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
