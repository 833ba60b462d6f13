import type { HandlerAnswer } from './localService';

/**
 * Whether the service refused a request for want of its shared secret (contract 7.2): 401 with
 * `InvalidCredentials`, which functions wrap into `response.body`.
 */
export function wantsSecret({ status, body }: HandlerAnswer): boolean {
  if (status !== 401) {
    return false;
  }
  const wrapped = memberOf(memberOf(body, 'response'), 'body');
  return [body, wrapped].some((part) => memberOf(part, 'error') === 'InvalidCredentials');
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}
