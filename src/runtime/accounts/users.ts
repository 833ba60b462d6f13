import { readFileSync, rmSync } from 'node:fs';
import { AppError } from '../../core/base/errors';
import type { AccountStore, StoredAccount } from '../store/accountStore';
import { nameOf } from './owner';
import { createPassword, hashPassword, passwordLimit } from './passwords';
import { createTwoFactor } from './twoFactor';
import type { UserCommand } from './userOptions';

export interface UserTools {
  readonly accounts: AccountStore;
  /** Where the password of an owner that the runtime made lies; removed when it is true no more. */
  readonly ownerFile: string;
  readonly readPassword: () => Promise<string>;
}

const shortestPassword = 8;

/** Carries out what `user …` asks for and answers what to print. Throws AppError. */
export class Users {
  constructor(private readonly tools: UserTools) {}

  async run(command: Exclude<UserCommand, { action: 'help' }>): Promise<string> {
    switch (command.action) {
      case 'list':
        return this.list();
      case 'add':
        return this.add(command);
      case 'remove':
        return this.remove(command.email);
      case 'reset':
        return this.reset(command);
      case 'two-factor':
        return this.switchTwoFactor(command.email, command.on);
    }
  }

  private list(): string {
    const lines = this.tools.accounts.list().map((account, index) => {
      const notes = [index === 0 && 'owner', account.twoFactor !== undefined && 'two-factor'];
      const { email, firstName, lastName } = account;
      const name = [firstName, lastName].filter(Boolean).join(' ');
      return [email, name, notes.filter(Boolean).join(', ')].join('\t').trimEnd();
    });
    return lines.map((line) => `${line}\n`).join('');
  }

  private async add(command: UserCommand & { action: 'add' }): Promise<string> {
    const { email } = command;
    if (this.tools.accounts.findByEmail(email)) {
      throw new AppError('runtimeFailed', `${email} is a user already.`);
    }
    const { password, told } = await this.choosePassword(command.passwordFromStdin);
    const setup = command.twoFactor ? createTwoFactor(email) : undefined;
    this.tools.accounts.create({
      email,
      ...(command.name === undefined ? nameOf(email) : splitName(command.name)),
      password: await hashPassword(password),
      twoFactor: setup?.secret,
    });
    return `Added ${email}.\n${told}${setup ? tellTwoFactor(setup) : ''}`;
  }

  private remove(email: string): string {
    const account = this.find(email);
    if (this.tools.accounts.list().length === 1) {
      throw new AppError('runtimeFailed', `${email} is the only user: add another one first.`);
    }
    this.tools.accounts.remove(account.id);
    this.forgetOwnerFile(account);
    return `Removed ${account.email}; its sessions have ended.\n`;
  }

  private async reset(command: UserCommand & { action: 'reset' }): Promise<string> {
    const account = this.find(command.email);
    const { password, told } = await this.choosePassword(command.passwordFromStdin);
    this.tools.accounts.setPassword(account.id, await hashPassword(password));
    this.forgetOwnerFile(account);
    return `${account.email} has a new password; its sessions have ended.\n${told}`;
  }

  private switchTwoFactor(email: string, on: boolean): string {
    const account = this.find(email);
    const setup = on ? createTwoFactor(account.email) : undefined;
    this.tools.accounts.setTwoFactor(account.id, setup?.secret);
    const what = `Two-factor authentication of ${account.email} is ${on ? 'on' : 'off'}`;
    return `${what}; its sessions have ended.\n${setup ? tellTwoFactor(setup) : ''}`;
  }

  private find(email: string): StoredAccount {
    const account = this.tools.accounts.findByEmail(email);
    if (!account) {
      throw new AppError('notFound', `There is no user ${email}.`);
    }
    return account;
  }

  private async choosePassword(fromStdin: boolean): Promise<{ password: string; told: string }> {
    if (!fromStdin) {
      const password = createPassword();
      return { password, told: `Password, shown this once: ${password}\n` };
    }
    const password = await this.tools.readPassword();
    if (password.length < shortestPassword || password.length > passwordLimit) {
      throw new AppError(
        'invalidInput',
        `A password has ${shortestPassword} to ${passwordLimit} characters.`,
      );
    }
    return { password, told: '' };
  }

  private forgetOwnerFile({ email }: StoredAccount): void {
    const { ownerFile } = this.tools;
    if (ownerIn(ownerFile)?.toLowerCase() === email.toLowerCase()) {
      rmSync(ownerFile);
    }
  }
}

function ownerIn(file: string): string | undefined {
  try {
    const { email } = JSON.parse(readFileSync(file, 'utf8')) as { email?: unknown };
    return typeof email === 'string' ? email : undefined;
  } catch {
    // The owner's account came from the environment, or the file was removed.
    return undefined;
  }
}

function splitName(name: string): { firstName?: string; lastName?: string } {
  const [firstName, ...rest] = name.trim().split(/\s+/);
  return { firstName, lastName: rest.length > 0 ? rest.join(' ') : undefined };
}

function tellTwoFactor({ secret, uri }: { secret: string; uri: string }): string {
  return `For the authenticator app, shown this once: ${secret}\n${uri}\n`;
}
