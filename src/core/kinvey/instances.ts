import { AppError } from '../base/errors';

/** A Kinvey installation that everybody may choose; dedicated ones are known to their customers. */
export interface KnownInstance {
  id: string;
  label: string;
  url: string;
}

/** Contract 1. The US instance goes by its default address, as kinvey-cli writes it. */
export const knownInstances: readonly KnownInstance[] = [
  { id: 'kvy-us1', label: 'Kinvey US', url: 'https://manage.kinvey.com/' },
  { id: 'kvy-eu1', label: 'Kinvey EU', url: 'https://kvy-eu1-manage.kinvey.com/' },
  { id: 'kvy-us2', label: 'Kinvey US HIPAA', url: 'https://kvy-us2-manage.kinvey.com/' },
];

/**
 * The management API's base URL, ending in a slash, of what a person typed: nothing (Kinvey US),
 * an http(s) URL, or the id of an instance (contract 1). Throws `invalidInput`.
 */
export function resolveInstanceUrl(input: string): string {
  const text = input.trim();
  if (text === '') {
    return 'https://manage.kinvey.com/';
  }
  if (/^https?:\/\//i.test(text)) {
    return urlWithSlash(text);
  }
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(text) && text.toLowerCase() !== 'localhost') {
    return `https://${text.toLowerCase()}-manage.kinvey.com/`;
  }
  throw new AppError('invalidInput', reasonAgainst(text));
}

/**
 * What a person calls the instance at this URL, such as `Kinvey EU` or `Local Runtime
 * (127.0.0.1:4012)`.
 */
export function instanceLabel(url: string): string {
  const known = knownInstances.find((instance) => isSameInstance(instance.url, url));
  if (known !== undefined) {
    return known.label;
  }
  if (!URL.canParse(url)) {
    return url;
  }
  const { host, hostname } = new URL(url);
  if (isLoopback(hostname)) {
    return `Local Runtime (${host})`;
  }
  return /^(.+)-manage\.kinvey\.com$/.exec(host)?.[1] ?? host;
}

/** Whether both URLs mean one instance: Kinvey US has two names, and a slash may be missing. */
export function isSameInstance(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

/** Whether the URL leads to this machine. */
export function isLocalInstance(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

/** Whether Kinvey's vendor runs it, which speaks what the contract has and nothing of ours. */
export function isKinveyInstance(url: string): boolean {
  return URL.canParse(url) && /(^|[.-])manage\.kinvey\.com$/.test(new URL(url).hostname);
}

function urlWithSlash(text: string): string {
  if (!URL.canParse(text)) {
    throw new AppError('invalidInput', 'This is not a complete URL: check host name and port.');
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new AppError('invalidInput', 'Leave e-mail and password out of the URL.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw new AppError('invalidInput', 'The URL of an instance has no part after ? or #.');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function reasonAgainst(text: string): string {
  const looksLikeHost = /^(localhost|[\w.-]+|\[[\da-f:]+\])(:\d+)?(\/.*)?$/i.test(text);
  return looksLikeHost
    ? `A host needs its scheme: write http://${text} or https://${text}. An instance ID has no dots or colons, such as kvy-eu1.`
    : 'An instance is an ID of letters, digits and dashes, such as kvy-eu1, or a URL such as https://example.com/.';
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function comparable(url: string): string {
  const href = URL.canParse(url) ? new URL(url).href : url;
  return href.replace(/\/*$/, '/').replace('//kvy-us1-manage.kinvey.com/', '//manage.kinvey.com/');
}
