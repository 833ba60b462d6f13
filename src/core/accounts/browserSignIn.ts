import type { Account } from './account';
import { SessionListener } from './sessionListener';
import type { Authenticator } from './signIn';
import type { SignInProvider } from './signInProviders';

/** A person's browser, which may run on another machine than we do. */
export interface Browser {
  /** The address by which it reaches a listener that is on our machine at `url`. */
  reach(url: string): Promise<string>;
  open(url: string): Promise<void>;
}

export interface BrowserSignInRequest {
  /** The instance's URL with its trailing slash. */
  instance: string;
  provider: SignInProvider;
  browser: Browser;
}

/** The only port that Kinvey's instances send a browser to (contract 2.5). */
const kinveyPort = 6341;
const kinveyTimeoutMs = 5 * 60_000;

/** Signs in on a page of an identity provider: the browser brings the session to a port of ours. */
export class BrowserSignIn {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly port = kinveyPort,
    private readonly timeoutMs = kinveyTimeoutMs,
  ) {}

  /**
   * Opens the page, waits for the session and keeps it as signing in by password does. Throws
   * `portTaken`, `timedOut`, `cancelled` and what the wire throws.
   */
  async run(
    { instance, provider, browser }: BrowserSignInRequest,
    signal?: AbortSignal,
  ): Promise<Account> {
    const listener = await SessionListener.open(this.port);
    try {
      const redirect = await browser.reach(`http://localhost:${this.port}/`);
      await browser.open(pageOf(instance, provider, redirect));
      const token = await listener.wait(this.timeoutMs, signal);
      return await this.authenticator.adopt(instance, token, signal);
    } finally {
      listener.dispose();
    }
  }
}

/** The redirect goes as it is, as kinvey-cli sends it: an instance may compare the text. */
function pageOf(instance: string, { id }: SignInProvider, redirect: string): string {
  const path = `v4/identity-providers/${encodeURIComponent(id)}/authenticate`;
  return `${instance}${path}?redirect=${redirect}`;
}
