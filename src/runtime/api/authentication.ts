import type { FastifyRequest } from 'fastify';
import type { AccountStore, RuntimeAccount } from '../store/accountStore';
import { sessionInvalid } from './errors';

/** Finds out who sends a request, by `Authorization: Kinvey <token>`. */
export class Authentication {
  private readonly known = new WeakMap<FastifyRequest, RuntimeAccount>();

  constructor(private readonly accounts: AccountStore) {}

  /** A hook for every route that needs a session; throws the contract's 401. */
  readonly require = (request: FastifyRequest): Promise<void> => {
    const account = this.find(request.headers.authorization);
    if (!account) {
      return Promise.reject(sessionInvalid());
    }
    this.known.set(request, account);
    return Promise.resolve();
  };

  /** Who sent a request that `require` let pass. */
  accountOf(request: FastifyRequest): RuntimeAccount {
    const account = this.known.get(request);
    if (!account) {
      throw sessionInvalid();
    }
    return account;
  }

  find(authorization: string | undefined): RuntimeAccount | undefined {
    const token = tokenOf(authorization);
    return token === undefined ? undefined : this.accounts.findByToken(token);
  }

  signOut(request: FastifyRequest): void {
    const token = tokenOf(request.headers.authorization);
    if (token !== undefined) {
      this.accounts.closeSession(token);
    }
  }
}

function tokenOf(authorization: string | undefined): string | undefined {
  return /^Kinvey ([\w-]{1,256})$/.exec(authorization ?? '')?.[1];
}
