import type { IncomingMessage, ServerResponse } from 'node:http';
import { forwardRequest, isDeployUpload } from './forwardRequest';
import { InstanceProxy } from './instanceProxy';

/** A proxy in front of an instance that can hold requests back: they are read, and never answered. */
export class HeldProxy extends InstanceProxy {
  /** Whether deploys are held back from now on. */
  holds = false;
  /** Whether all else is too. */
  holdsAll = false;
  /** How many were held back. */
  held = 0;
  /** Deploys go on, unread until then, once this is settled. */
  delay: Promise<unknown> | undefined;
  /** How many waited, or still do. */
  delayed = 0;
  /** What the management API was told to change, such as `POST /v4/jobs`. */
  readonly changes: string[] = [];

  protected override take(incoming: IncomingMessage, response: ServerResponse): boolean {
    const isApi = incoming.url?.startsWith('/v4/') === true;
    if (isApi && incoming.method !== 'GET') {
      this.changes.push(`${incoming.method} ${incoming.url}`);
    }
    if (this.delay && isDeployUpload(incoming)) {
      this.delayed += 1;
      void this.delay.then(() => forwardRequest(incoming, response, this.target));
      return true;
    }
    const isHeld = this.holdsAll || (this.holds && isDeployUpload(incoming));
    if (isHeld) {
      incoming.resume();
      incoming.once('end', () => (this.held += 1));
    }
    return isHeld;
  }
}
