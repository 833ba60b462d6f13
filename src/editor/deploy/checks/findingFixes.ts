import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../../core/base/errors';
import { runningDeploy } from '../../../core/deploy/checks/runningDeploy';
import { withEngines } from '../../../core/project/enginesEdit';
import type { Fix } from '../../../core/review/finding';
import { input, pick } from '../../ask';
import { runForPerson } from '../../personalArgument';
import type { Call, CommandRunner } from '../../runCommand';
import type { Targets } from '../../targets';
import type { DeployRun } from '../deployRun';
import { titleOf, type FindingProblems } from './findingProblems';
import { installPackage } from './npmTask';
import { saveEditor } from './unsavedEditors';

/** Mends what the checks before a deploy found, where a program can. */
export class FindingFixes {
  constructor(
    private readonly targets: Targets,
    private readonly problems: FindingProblems,
    private readonly deploys: DeployRun,
  ) {}

  register(runner: CommandRunner): vscode.Disposable {
    return runner.register('flexservice.deploy.fix', (call) => this.fix(call));
  }

  private async fix({ argument }: Call<'flexservice.deploy.fix'>) {
    const folder = await this.targets.folder(argument.folder);
    const { kind, name } = argument;
    const fix = kind === undefined || !name ? await this.choose(folder) : { kind, name };
    await this.apply(folder, fix, argument.value);
    return { folder, ...fix };
  }

  private async apply(folder: string, { kind, name }: Fix, value?: string): Promise<void> {
    switch (kind) {
      case 'addDependency':
      case 'moveDependency':
        return installPackage(folder, name);
      case 'setEngines':
        return setEngines(path.join(folder, 'package.json'), name);
      case 'setVariable':
        return deployWith(folder, name, value);
      case 'bindFolder':
        return runForPerson('flexservice.project.bind', { folder });
      case 'followDeploy':
        return this.follow(folder);
      case 'saveEditor':
        return saveEditor(folder, name);
    }
  }

  /** Whatever is under way by now. */
  private async follow(folder: string): Promise<void> {
    await this.deploys.run(folder, true, async () => {
      const target = await this.targets.boundTarget({ folder });
      const { status } = await this.deploys.look(target, undefined, {});
      const running = runningDeploy(status);
      if (!running) {
        const text = vscode.l10n.t('{0} is not being deployed any more.', target.serviceName);
        throw new AppError('notFound', text);
      }
      return this.deploys.follow(target, running.version);
    });
  }

  private choose(folder: string): Promise<Fix> {
    const fixes = this.problems.fixes(folder);
    if (fixes.length === 0) {
      const text = vscode.l10n.t(
        'The last deploy of {0} found nothing that could be mended here.',
        path.basename(folder),
      );
      throw new AppError('notFound', text);
    }
    return pick(
      fixes.map((value) => ({ label: titleOf(value), value })),
      {
        title: vscode.l10n.t('Fix Deploy Problem'),
        placeholder: vscode.l10n.t('What the last deploy of {0} found', path.basename(folder)),
      },
    );
  }
}

/** In the editor, to be looked at, undone and saved; a deploy asks to save it. */
async function setEngines(file: string, range: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const text = document.getText();
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(document.positionAt(0), document.positionAt(text.length));
  edit.replace(document.uri, all, withEngines(text, range));
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

/** A variable is set by a deploy; the others stay as they are. */
async function deployWith(folder: string, name: string, given?: string): Promise<void> {
  const value =
    given ??
    (await input({
      title: vscode.l10n.t('Deploy with {0}', name),
      prompt: vscode.l10n.t('The value that the service environment is to have for {0}', name),
      password: true,
    }));
  await runForPerson('flexservice.deploy.deploy', { folder, variables: { [name]: value } });
}
