import type { Disposable } from '../../core/base/disposable';
import type { LocalRuns } from '../../core/handlers/localRuns';
import type { ServiceStore } from '../../core/services/serviceStore';
import type { OutputLog } from '../outputLog';
import type { CommandRunner } from '../runCommand';
import type { Targets } from '../targets';
import { AnswerDocuments } from './answerDocuments';
import { DebugConfigurations } from './debugConfigurations';
import { HandlerCommands } from './handlerCommands';
import { HandlersView } from './handlersView';
import { LocalRunner } from './localRunner';

/** What running handlers here needs of the rest of the window. */
export interface HandlersParts {
  readonly runs: LocalRuns;
  readonly services: ServiceStore;
  readonly targets: Targets;
  readonly runner: CommandRunner;
  readonly log: OutputLog;
}

/** Makes and registers the commands and views of handlers; whoever asks for it disposes of it. */
export function registerHandlers(parts: HandlersParts): Disposable[] {
  const { runs, services, targets, runner, log } = parts;
  const configurations = new DebugConfigurations(runner, targets);
  const localRunner = new LocalRunner(runs, configurations, runner, log);
  const answers = new AnswerDocuments();
  return [
    localRunner,
    answers,
    new HandlersView(runs),
    ...configurations.register(),
    ...new HandlerCommands(targets, services, localRunner, runs, answers).register(runner),
  ];
}
