import * as vscode from 'vscode';
import { AppError, cancelled } from '../../core/base/errors';
import type { LocalRun, LocalRuns } from '../../core/handlers/localRuns';
import {
  LocalService,
  type HandlerAnswer,
  type HandlerRequest,
} from '../../core/handlers/localService';
import { wantsSecret } from '../../core/handlers/wantsSecret';
import type { ServiceStore } from '../../core/services/serviceStore';
import { input } from '../ask';
import type { Call, CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import type { AnswerDocuments } from './answerDocuments';
import type { LocalRunner } from './localRunner';
import { completeRequest } from './requestForm';

/** Runs the service on this machine and sends requests to its handlers. */
export class HandlerCommands {
  /** Secrets that worked, by folder; in memory only. */
  private readonly secrets = new Map<string, string>();

  constructor(
    private readonly targets: Targets,
    private readonly services: ServiceStore,
    private readonly runner: LocalRunner,
    private readonly runs: LocalRuns,
    private readonly answers: AnswerDocuments,
  ) {}

  register(runner: CommandRunner): vscode.Disposable[] {
    return [
      runner.register('flexservice.handlers.run', (call) => this.start(call, true)),
      runner.register('flexservice.handlers.debug', (call) => this.start(call, false)),
      runner.register('flexservice.handlers.stop', (call) => this.stop(call)),
      runner.register('flexservice.handlers.refresh', () => this.runner.rediscover()),
      runner.register('flexservice.handlers.invoke', (call) => this.invoke(call)),
    ];
  }

  private async start(
    { argument }: Call<'flexservice.handlers.run' | 'flexservice.handlers.debug'>,
    noDebug: boolean,
  ) {
    const folder = await this.targets.folder(argument.folder);
    return this.runner.start(folder, noDebug);
  }

  private async stop({ argument }: Call<'flexservice.handlers.stop'>) {
    const [running] = this.runs.all;
    const folder = argument.folder ?? running?.folder;
    const run = folder === undefined ? undefined : await this.runner.stop(folder);
    if (!run) {
      throw new AppError('serviceNotReady', vscode.l10n.t('No service runs on this machine.'));
    }
    return { port: run.port, url: `http://127.0.0.1:${run.port}/` };
  }

  private async invoke({ argument, byPerson }: Call<'flexservice.handlers.invoke'>) {
    const run = await this.runOf(argument.folder, byPerson);
    const request = await completeRequest(argument, run, byPerson);
    const answer = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Asking {0}…', request.name),
      },
      () => this.send(run, request, byPerson),
    );
    if (byPerson) {
      await this.answers.show(request, answer);
    }
    return answer;
  }

  /** Sends the shared secret only to a service that asked for one. */
  private async send(
    run: LocalRun,
    request: HandlerRequest,
    byPerson: boolean,
  ): Promise<HandlerAnswer> {
    const service = new LocalService(run.port);
    const known = this.secrets.get(run.folder);
    const first = await service.invoke({ ...request, secret: known });
    if (!wantsSecret(first)) {
      return first;
    }
    const secret = await this.findSecret(run.folder, known, byPerson);
    if (secret === undefined) {
      return first;
    }
    const answer = await service.invoke({ ...request, secret });
    if (!wantsSecret(answer)) {
      this.secrets.set(run.folder, secret);
    }
    return answer;
  }

  /** The bound environment's secret; the person's own where that is not it, or nothing is bound. */
  private async findSecret(folder: string, tried: string | undefined, byPerson: boolean) {
    const bound = await this.boundSecret(folder);
    if (bound !== undefined && bound !== tried) {
      return bound;
    }
    if (!byPerson) {
      return undefined;
    }
    return input({
      title: vscode.l10n.t('Invoke Handler'),
      prompt: vscode.l10n.t('The service wants its shared secret'),
      password: true,
    });
  }

  private async boundSecret(folder: string): Promise<string | undefined> {
    try {
      const target = await this.targets.boundTarget({ folder });
      const all = await this.services.environments(target.account.id, target.serviceId);
      return all.find(({ id }) => id === target.environmentId)?.secret;
    } catch {
      // Not bound, signed out or offline: the person is asked instead.
      return undefined;
    }
  }

  private async runOf(folder: string | undefined, byPerson: boolean): Promise<LocalRun> {
    const [first] = this.runs.all;
    const run = folder === undefined ? first : this.runs.find(folder);
    if (run?.state === 'starting') {
      await this.runner.start(run.folder, false);
      return this.runOf(run.folder, byPerson);
    }
    if (run) {
      return run;
    }
    const notRunning = vscode.l10n.t('The service is not running on this machine. Start it first.');
    if (!byPerson) {
      throw new AppError('serviceNotReady', notRunning);
    }
    const debug = vscode.l10n.t('Debug Service');
    if ((await vscode.window.showInformationMessage(notRunning, debug)) !== debug) {
      throw cancelled();
    }
    const chosen = await this.targets.folder(folder);
    await this.runner.start(chosen, false);
    return this.runOf(chosen, false);
  }
}
