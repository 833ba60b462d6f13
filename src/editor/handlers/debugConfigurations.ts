import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../core/base/errors';
import { planLaunch } from '../../core/handlers/launchPlan';
import { describeOwner, findPortOwner } from '../../core/handlers/portOwner';
import { isFlexProject, readManifest } from '../../core/project/manifest';
import { debugType } from '../contributions';
import type { CommandRunner } from '../runCommand';
import { settings } from '../settings';
import { flexFolders, type Targets } from '../targets';

/** What marks a session of VS Code's own Node.js debugger as ours. */
export interface FlexLaunch {
  readonly flexFolder: string;
  readonly flexPort: number;
}

/** The configuration that F5 runs where there is no launch.json. */
export function defaultConfiguration(folder: string): vscode.DebugConfiguration {
  return {
    type: debugType,
    request: 'launch',
    name: `FlexService: ${path.basename(folder)}`,
    cwd: folder,
  };
}

/** Turns our debug type into `node .` under VS Code's own debugger; checks the port before. */
export class DebugConfigurations implements vscode.DebugConfigurationProvider {
  constructor(
    private readonly runner: CommandRunner,
    private readonly targets: Targets,
  ) {}

  register(): vscode.Disposable[] {
    const { Initial, Dynamic } = vscode.DebugConfigurationProviderTriggerKind;
    return [Initial, Dynamic].map((trigger) =>
      vscode.debug.registerDebugConfigurationProvider(debugType, this, trigger),
    );
  }

  async provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    const all = await flexFolders();
    const wanted = folder ? all.filter((one) => one === folder.uri.fsPath) : all;
    return wanted.map((one) => ({
      ...defaultConfiguration(one),
      cwd: folder ? '${workspaceFolder}' : one,
    }));
  }

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if ('flexPort' in configuration) {
      // Both registrations are asked, one after the other: the first has resolved it.
      return configuration;
    }
    try {
      return await this.resolve(folder, configuration);
    } catch (error) {
      await this.runner.show(error, 'debug');
      return undefined;
    }
  }

  /** What VS Code's own debugger runs. Throws `portTaken`, `manifestInvalid`. */
  async resolve(
    folder: vscode.WorkspaceFolder | undefined,
    { cwd, port, name, env, ...rest }: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration & FlexLaunch> {
    const directory = folderOf(cwd, folder) ?? (await this.targets.folder());
    const plan = planLaunch(
      await this.readFlexManifest(directory),
      typeof port === 'number' ? port : settings.handlersPort(directory),
    );
    await ensureFree(plan.port);
    return {
      console: 'internalConsole',
      outputCapture: 'std',
      runtimeExecutable: 'node',
      skipFiles: ['<node_internals>/**'],
      ...rest,
      type: 'node',
      request: 'launch',
      name: name || defaultConfiguration(directory).name,
      cwd: directory,
      runtimeArgs: [...plan.args],
      env: { ...plan.env, ...(env as Record<string, string> | undefined) },
      flexFolder: directory,
      flexPort: plan.port,
    };
  }

  private async readFlexManifest(folder: string) {
    const manifest = await readManifest(folder);
    if (!isFlexProject(manifest)) {
      throw new AppError(
        'manifestInvalid',
        vscode.l10n.t(
          '{0} is not a Flex service: kinvey-flex-sdk is not in the dependencies of its package.json.',
          path.basename(folder),
        ),
      );
    }
    return manifest;
  }
}

/** Variables are not substituted yet when VS Code asks: ours is the one that matters. */
function folderOf(cwd: unknown, folder: vscode.WorkspaceFolder | undefined): string | undefined {
  if (typeof cwd !== 'string' || cwd === '') {
    return folder?.uri.fsPath;
  }
  const root = folder?.uri.fsPath ?? '';
  return path.resolve(root, cwd.replaceAll('${workspaceFolder}', root));
}

async function ensureFree(port: number): Promise<void> {
  const owner = await findPortOwner(port);
  if (owner) {
    throw new AppError(
      'portTaken',
      vscode.l10n.t(
        'Port {0} is taken by {1}. Stop it, then start the service again.',
        port,
        describeOwner(owner),
      ),
      { details: { port, ...owner } },
    );
  }
}
