/**
 * Loaded into a service with `--require`, on whatever Node.js it runs: where the service listens on
 * its fixed port (the SDK's 10001), it gets the port of its replica on loopback instead. All other
 * listens are left alone. Nothing but node:net may be imported here. It must run on Node.js 6: no
 * destructuring and no object spread, which esbuild does not bring down that far.
 */
import { Server, type ListenOptions } from 'node:net';

const servicePort = take('FLEX_REPLICA_SERVICE_PORT');
const replicaPort = take('FLEX_REPLICA_PORT');
take('FLEX_REPLICA_OF');

if (servicePort !== undefined && replicaPort !== undefined) {
  redirect(servicePort, replicaPort);
}

/** The service sees its own variables only. */
function take(name: string): number | undefined {
  const value = process.env[name];
  Reflect.deleteProperty(process.env, name);
  return value === undefined ? undefined : Number(value);
}

function redirect(from: number, to: number): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its server below
  const listen = Server.prototype.listen as (this: Server, ...args: unknown[]) => Server;
  Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
    const target = args[0];
    const rest = args.slice(1);
    if (portOf(target) !== from) {
      return listen.apply(this, args);
    }
    const options = typeof target === 'object' ? (target as ListenOptions) : backlogOf(rest);
    const callback = rest.filter((argument) => typeof argument === 'function');
    const own = Object.assign({}, options, { port: to, host: '127.0.0.1' });
    return listen.call(this, own, ...callback);
  };
}

/** listen(10001), listen('10001') and listen({port: 10001}) mean the same to Node.js. */
function portOf(target: unknown): number | undefined {
  const port: unknown =
    typeof target === 'object' && target !== null ? (target as ListenOptions).port : target;
  return typeof port === 'number' || (typeof port === 'string' && port.trim() !== '')
    ? Number(port)
    : undefined;
}

function backlogOf(rest: readonly unknown[]): ListenOptions {
  const backlog = rest.find((argument) => typeof argument === 'number');
  return backlog === undefined ? {} : { backlog };
}
