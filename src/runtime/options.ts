import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, messageOf } from '../core/base/errors';
import { isLoopback } from './api/hosts';
import { defaultDataFolder } from './dataFolder';

/** What the command line asks for. */
export interface Options {
  readonly host: string;
  /** 0 means any free one. */
  readonly port: number;
  readonly data: string;
  /** How many processes each service environment has. */
  readonly replicas: number;
  /** Files in PEM; absent: plain HTTP. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Whether an identity provider is offered, whose page signs in by browser (contract 2.5). */
  readonly browserSignIn: boolean;
  readonly help: boolean;
}

export const usage = `Usage: node dist/runtime.js [options]
       node dist/runtime.js user <command>   who may sign in: see user --help

Runs the FlexService Runtime: Kinvey's management API, and the services deployed to it.

  --host <address>   where to listen (127.0.0.1)
  --port <number>    0 means any free one (0)
  --data <folder>    where everything is kept (~/.flexservice-runtime)
  --replicas <n>     processes of each service environment (2, but at most one per core)
  --tls-cert <file>  the certificate (PEM) to serve HTTPS with, and with it
  --tls-key <file>   its key; both are needed for a --host that others on the network can reach
  --insecure         allows such a --host without them: passwords travel in clear text
  --browser-sign-in  offers a sign-in page as an identity provider
  --help             shows this

FLEX_RUNTIME_EMAIL and FLEX_RUNTIME_PASSWORD set the owner's account; without them one is made
at the first start and written to owner.json in the data folder.
FLEX_RUNTIME_NPM_CACHE is where npm keeps what it downloads, FLEX_RUNTIME_NODE_CACHE where the
Node.js versions of services lie, both by default inside the data folder.
The first line on stdout is {"event":"ready","url":…,"pid":…}.
`;

/** Throws AppError invalidInput with a sentence for whoever typed the command. */
export function parseOptions(args: readonly string[]): Options {
  const values = parse(args);
  const tls = readTls(values['tls-cert'], values['tls-key']);
  if (!isLoopback(values.host) && !tls && !values.insecure) {
    throw new AppError(
      'invalidInput',
      `--host ${values.host} can be reached from the network, where passwords would travel in clear text: give --tls-cert and --tls-key, or add --insecure if that is meant.`,
    );
  }
  return {
    host: values.host,
    port: readPort(values.port),
    data: path.resolve(values.data),
    replicas: readReplicas(values.replicas),
    tls,
    browserSignIn: values['browser-sign-in'],
    help: values.help,
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new AppError('invalidInput', `--port must be a number from 0 to 65535, not ${text}.`);
  }
  return port;
}

/** A given number is taken as told; without one there is at most one for each core. */
function readReplicas(given: string | undefined): number {
  if (given === undefined) {
    return Math.min(2, availableParallelism());
  }
  if (!/^[1-9]\d?$/.test(given)) {
    throw new AppError('invalidInput', `--replicas must be a number from 1 to 99, not ${given}.`);
  }
  return Number(given);
}

function readTls(certFile?: string, keyFile?: string): Options['tls'] {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new AppError('invalidInput', '--tls-cert and --tls-key need each other.');
  }
  return certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '0' },
        data: { type: 'string', default: defaultDataFolder() },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        'browser-sign-in': { type: 'boolean', default: false },
        replicas: { type: 'string' },
        insecure: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new AppError('invalidInput', `${messageOf(error)} Try --help.`, { cause: error });
  }
}
