import type { IncomingMessage } from 'node:http';
import { isDeployUpload } from './forwardRequest';
import { InstanceProxy } from './instanceProxy';

/** A proxy in front of an instance that can hold requests back: they are read, and never answered. */
export class HeldProxy extends InstanceProxy {
  /** Whether deploys are held back from now on. */
  holds = false;
  /** Whether all else is too. */
  holdsAll = false;
  /** How many were held back. */
  held = 0;
  /** What the management API was told to change, such as `POST /v4/jobs`. */
  readonly changes: string[] = [];

  protected override take(incoming: IncomingMessage): boolean {
    const isApi = incoming.url?.startsWith('/v4/') === true;
    if (isApi && incoming.method !== 'GET') {
      this.changes.push(`${incoming.method} ${incoming.url}`);
    }
    const isHeld = this.holdsAll || (this.holds && isDeployUpload(incoming));
    if (isHeld) {
      incoming.resume();
      incoming.once('end', () => (this.held += 1));
    }
    return isHeld;
  }
}
