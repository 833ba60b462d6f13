import { parseArgs } from 'node:util';
import { AppError, messageOf } from '../../core/base/errors';
import { defaultDataFolder } from '../dataFolder';

/** What `user …` on the command line asks for. */
export type UserCommand =
  | { readonly action: 'help' }
  | { readonly action: 'list' }
  | {
      readonly action: 'add';
      readonly email: string;
      readonly name?: string;
      readonly twoFactor: boolean;
      readonly passwordFromStdin: boolean;
    }
  | { readonly action: 'remove'; readonly email: string }
  | { readonly action: 'reset'; readonly email: string; readonly passwordFromStdin: boolean }
  | { readonly action: 'two-factor'; readonly email: string; readonly on: boolean };

export interface UserOptions {
  readonly command: UserCommand;
  readonly data: string;
}

export const userUsage = `Usage: node dist/runtime.js user <command> [options]

Says who may sign in to a runtime. Works on its data folder, also while it runs. All users may do
everything; the first one is the owner.

  add <email> [--name <name>] [--two-factor]   adds a user
  list                                         lists the users
  remove <email>                               removes a user and ends its sessions
  reset <email>                                gives a new password and ends its sessions
  two-factor <email> on|off                    whether signing in needs a code of an
                                               authenticator app; ends its sessions

  --password-stdin   takes the password from the first line of stdin (add, reset); without it one
                     is made and shown once
  --data <folder>    the runtime's data folder (~/.flexservice-runtime)
`;

/** Throws AppError invalidInput with a sentence for whoever typed the command. */
export function parseUserOptions(args: readonly string[]): UserOptions {
  const { values, positionals } = parse(args);
  const [action = '', email = '', ...others] = positionals;
  const command = values.help ? ({ action: 'help' } as const) : read(action, email, others, values);
  return { command, data: values.data };
}

interface Flags {
  readonly name?: string;
  readonly 'two-factor': boolean;
  readonly 'password-stdin': boolean;
}

function read(action: string, email: string, others: string[], flags: Flags): UserCommand {
  const passwordFromStdin = flags['password-stdin'];
  if (action === 'list' && email === '') {
    return { action };
  }
  if (action === 'two-factor') {
    return { action, email: checkEmail(email), on: readSwitch(others) };
  }
  if (others.length > 0) {
    throw misused(`What is ${others.join(' ')}?`);
  }
  switch (action) {
    case 'add':
      return {
        action,
        email: checkEmail(email),
        name: flags.name,
        twoFactor: flags['two-factor'],
        passwordFromStdin,
      };
    case 'remove':
      return { action, email: checkEmail(email) };
    case 'reset':
      return { action, email: checkEmail(email), passwordFromStdin };
    default:
      throw misused('user needs one of add, list, remove, reset and two-factor.');
  }
}

function checkEmail(email: string): string {
  if (email.length > 256 || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw misused(
      email === '' ? 'The e-mail address is missing.' : `${email} is no e-mail address.`,
    );
  }
  return email;
}

function readSwitch([word = '', ...others]: readonly string[]): boolean {
  if (others.length > 0 || !['on', 'off'].includes(word)) {
    throw misused('two-factor needs an e-mail address, and on or off.');
  }
  return word === 'on';
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        'two-factor': { type: 'boolean', default: false },
        'password-stdin': { type: 'boolean', default: false },
        data: { type: 'string', default: defaultDataFolder() },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw misused(messageOf(error));
  }
}

function misused(sentence: string): AppError {
  return new AppError('invalidInput', `${sentence} Try user --help.`);
}
