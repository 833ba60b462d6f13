import type { RuntimeAccount } from './accountStore';

/** The command `user` ends sessions from another process: this long it may not be noticed. */
const lifeMs = 250;
const mostTokens = 1_000;

interface KnownToken {
  readonly account: RuntimeAccount;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Sessions that were looked up a moment ago: a busy caller does not cost a query per request. */
export class KnownTokens {
  private readonly tokens = new Map<string, KnownToken>();

  find(token: string): RuntimeAccount | undefined {
    const known = this.tokens.get(token);
    return known && known.until > Date.now() ? known.account : undefined;
  }

  remember(token: string, account: RuntimeAccount, expiresAt: number): void {
    if (this.tokens.size >= mostTokens) {
      this.forget();
    }
    this.tokens.set(token, { account, until: Math.min(expiresAt, Date.now() + lifeMs) });
  }

  /** To be called whenever a session ends. */
  forget(): void {
    this.tokens.clear();
  }
}
