import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, messageOf } from '../core/base/errors';
import { isLoopback } from './api/server';
import { defaultDataFolder } from './dataFolder';

/** What the command line asks for. */
export interface Options {
  readonly host: string;
  /** 0 means any free one. */
  readonly port: number;
  readonly data: string;
  readonly help: boolean;
}

export const usage = `Usage: node dist/runtime.js [options]
       node dist/runtime.js user <command>   who may sign in: see user --help

Runs the FlexService Runtime: Kinvey's management API, and the services deployed to it.

  --host <address>   where to listen (127.0.0.1)
  --port <number>    0 means any free one (0)
  --data <folder>    where everything is kept (~/.flexservice-runtime)
  --insecure         allows a --host that others on the network can reach
  --help             shows this

FLEX_RUNTIME_EMAIL and FLEX_RUNTIME_PASSWORD set the owner's account; without them one is made
at the first start and written to owner.json in the data folder.
FLEX_RUNTIME_NPM_CACHE is where npm keeps what it downloads, by default inside the data folder.
The first line on stdout is {"event":"ready","url":…,"pid":…}.
`;

/** Throws AppError invalidInput with a sentence for whoever typed the command. */
export function parseOptions(args: readonly string[]): Options {
  const values = parse(args);
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new AppError(
      'invalidInput',
      `--port must be a number from 0 to 65535, not ${values.port}.`,
    );
  }
  if (!isLoopback(values.host) && !values.insecure) {
    throw new AppError(
      'invalidInput',
      `--host ${values.host} can be reached from the network, where passwords would travel in clear text: add --insecure if that is meant.`,
    );
  }
  return { host: values.host, port, data: path.resolve(values.data), help: values.help };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '0' },
        data: { type: 'string', default: defaultDataFolder() },
        insecure: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new AppError('invalidInput', `${messageOf(error)} Try --help.`, { cause: error });
  }
}
