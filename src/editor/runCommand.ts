import * as vscode from 'vscode';
import type { AppError } from '../core/base/errors';
import { isAppError, messageOf, type ErrorCode } from '../core/base/errors';
import type { CommandArguments, CommandId } from './contributions';
import type { OutputLog } from './outputLog';
import { isNode, runForPerson } from './personalArgument';
import { showPreflight } from './preflightDialog';

/** What a command was called with, and whether a person is there to answer the rest. */
export interface Call<Id extends CommandId> {
  readonly argument: CommandArguments[Id];
  /** False when an argument object was given: errors then go to the caller instead of the screen. */
  readonly byPerson: boolean;
}

export type Handler<Id extends CommandId> = (call: Call<Id>) => unknown;

interface Action {
  label: string;
  command: CommandId;
  /** What of the error's details answers the command's questions in advance. */
  answers: readonly string[];
}

const target = ['account', 'service', 'environment'] as const;

/** Buttons that help after an error of this code. */
const actionsByCode: Partial<Record<ErrorCode, Action>> = {
  notSignedIn: {
    label: vscode.l10n.t('Sign In'),
    command: 'flexservice.accounts.signIn',
    answers: [],
  },
  // Who has to sign in again is not asked for the instance again.
  sessionExpired: {
    label: vscode.l10n.t('Sign In Again'),
    command: 'flexservice.accounts.signIn',
    answers: ['instance'],
  },
  notBound: {
    label: vscode.l10n.t('Bind Folder'),
    command: 'flexservice.project.bind',
    answers: [],
  },
  deployFailed: {
    label: vscode.l10n.t('Show Service Logs'),
    command: 'flexservice.logs.follow',
    answers: target,
  },
  outcomeUnknown: {
    label: vscode.l10n.t('Show Status'),
    command: 'flexservice.services.status',
    answers: target,
  },
};

/** Registers commands; the one path by which their errors reach the user. */
export class CommandRunner {
  constructor(private readonly log: OutputLog) {}

  register<Id extends CommandId>(id: Id, handler: Handler<Id>): vscode.Disposable {
    return vscode.commands.registerCommand(id, (input: unknown) => this.run(id, handler, input));
  }

  /** Logs and shows an error where it belongs to no command, such as a failed debug launch. */
  async show(error: unknown, origin: string): Promise<void> {
    if (isAppError(error, 'cancelled')) {
      return;
    }
    this.log.error(`${origin}: ${chainOf(error)}`, isAppError(error) ? error.details : undefined);
    await this.notify(error);
  }

  private async run<Id extends CommandId>(id: Id, handler: Handler<Id>, input: unknown) {
    const call = callOf<Id>(input);
    try {
      return await handler(call);
    } catch (error) {
      if (!call.byPerson) {
        this.log.error(`${id}: ${chainOf(error)}`, isAppError(error) ? error.details : undefined);
        throw error;
      }
      void this.show(error, id);
      return undefined;
    }
  }

  private async notify(error: unknown): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    if (!isAppError(error)) {
      const text = vscode.l10n.t('Unexpected error: {0}', messageOf(error));
      this.afterwards(await vscode.window.showErrorMessage(text, showLog), showLog);
      return;
    }
    if (error.code === 'preflightFailed') {
      await showPreflight(error);
      return;
    }
    const action = actionsByCode[error.code];
    const labels = [...(action ? [action.label] : []), showLog];
    const picked = await vscode.window.showErrorMessage(error.message, ...labels);
    if (action && picked === action.label) {
      await runForPerson(action.command, pickText(error.details, action.answers));
      return;
    }
    this.afterwards(picked, showLog);
  }

  private afterwards(picked: string | undefined, showLog: string): void {
    if (picked === showLog) {
      this.log.show();
    }
  }
}

function pickText(details: AppError['details'], keys: readonly string[]): object {
  const known = keys.filter((key) => typeof details[key] === 'string');
  return Object.fromEntries(known.map((key) => [key, details[key]]));
}

function callOf<Id extends CommandId>(input: unknown): Call<Id> {
  if (isNode(input)) {
    return { argument: input.commandArgument, byPerson: true };
  }
  if (input instanceof vscode.Uri) {
    const folder = vscode.workspace.getWorkspaceFolder(input)?.uri.fsPath;
    return { argument: { folder }, byPerson: true };
  }
  if (typeof input === 'object' && input !== null) {
    return { argument: input, byPerson: false };
  }
  return { argument: {}, byPerson: true };
}

function chainOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const own = error instanceof Error && !isAppError(error) ? (error.stack ?? '') : messageOf(error);
  return cause === undefined ? own : `${own}\n  caused by ${chainOf(cause)}`;
}

/** The signal of a VS Code token, converted once, here. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  }
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
