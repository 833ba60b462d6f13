import type { BundleModules, NoFile } from './bundleModules';
import { errorsFirst, type Finding } from '../finding';
import type { ImportProblem, PackageChecks } from './packageChecks';
import type { ScriptImport } from './scriptImports';
import { isRelative, type SourceFile, type SourceGraph } from './sourceGraph';

export interface ImportCheckOptions {
  readonly graph: SourceGraph;
  readonly modules: BundleModules;
  readonly packages: PackageChecks;
}

/** What a finding tells of once, however many scripts load it; undefined: the place alone. */
type Subjects = ReadonlyMap<Finding, string | undefined>;

/**
 * Whether what the scripts load will be there on the instance. What is caught when it fails is left
 * alone: it is meant to be absent at times.
 */
export class ImportChecks {
  constructor(private readonly options: ImportCheckOptions) {}

  /** At most one for each package and part of Node.js, of the place where it hurts most. */
  async check(files: readonly SourceFile[]): Promise<Finding[]> {
    const subjects = new Map<Finding, string | undefined>();
    for (const file of files.filter((one) => this.options.graph.mayRun(one))) {
      for (const one of file.facts.imports.filter(({ certainty }) => certainty !== 'guarded')) {
        const problem = await this.problemOf(file, one);
        if (problem) {
          const subject = problem.code === 'builtinMissing' ? one.specifier : problem.fix?.name;
          subjects.set(this.toFinding(file, one, problem), subject);
        }
      }
    }
    return oncePerSubject(subjects);
  }

  private async problemOf(file: SourceFile, one: ScriptImport): Promise<ImportProblem | undefined> {
    const { modules, packages } = this.options;
    if (!isRelative(one.specifier)) {
      return packages.problemOf(file.path, one);
    }
    const found = modules.resolve(file.path, one.specifier, one.kind);
    return found.file === undefined ? fileProblem(found) : undefined;
  }

  private toFinding(file: SourceFile, one: ScriptImport, problem: ImportProblem): Finding {
    const { isHarmless = false, message, ...rest } = problem;
    const isError = !isHarmless && one.certainty === 'always' && this.options.graph.mustRun(file);
    const verb = one.kind === 'import' ? 'imports' : 'requires';
    return {
      severity: isError ? 'error' : 'warning',
      message: `${file.path}, line ${one.line}, ${verb} "${one.specifier}", ${message}`,
      file: file.absolute,
      line: one.line,
      ...rest,
    };
  }
}

function fileProblem({ reason, detail }: NoFile): ImportProblem {
  switch (reason) {
    case 'excluded':
      return { code: 'fileExcluded', message: `which is not deployed (${detail}).` };
    case 'outside':
      return { code: 'fileMissing', message: 'which is outside of the folder and not deployed.' };
    case 'otherCase':
      return {
        code: 'fileMissing',
        message: `but the file is ${detail}: upper and lower case count in the cloud.`,
      };
    case 'noExtension':
      return { code: 'fileMissing', message: `but an import must name the whole file: ${detail}.` };
    case 'missing':
      return { code: 'fileMissing', message: 'and there is no such file.' };
  }
}

function oncePerSubject(subjects: Subjects): Finding[] {
  const all = errorsFirst([...subjects.keys()]);
  return all.filter((finding, index) => {
    const subject = subjects.get(finding);
    return subject === undefined || all.findIndex((one) => subjects.get(one) === subject) === index;
  });
}
