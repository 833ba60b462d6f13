import type { BundleModules, NoFile } from './bundleModules';
import type { Finding } from '../finding';
import type { ImportProblem, PackageChecks } from './packageChecks';
import type { ScriptImport } from './scriptImports';
import { isRelative, type SourceFile, type SourceGraph } from './sourceGraph';

export interface ImportCheckOptions {
  readonly graph: SourceGraph;
  readonly modules: BundleModules;
  readonly packages: PackageChecks;
}

interface Told {
  readonly finding: Finding;
  /** What is told once, however many scripts load it. */
  readonly about: string | undefined;
}

/**
 * Whether what the scripts load will be there on the instance. What is caught when it fails is left
 * alone: it is meant to be absent at times.
 */
export class ImportChecks {
  constructor(private readonly options: ImportCheckOptions) {}

  /** At most one for each package and part of Node.js, of the place where it hurts most. */
  async check(files: readonly SourceFile[]): Promise<Finding[]> {
    const told: Told[] = [];
    for (const file of files.filter((one) => this.options.graph.mayRun(one))) {
      for (const one of file.facts.imports.filter(({ certainty }) => certainty !== 'guarded')) {
        const problem = await this.problemOf(file, one);
        const about = problem?.code === 'builtinMissing' ? one.specifier : problem?.fix?.name;
        told.push(...(problem ? [{ about, finding: this.toFinding(file, one, problem) }] : []));
      }
    }
    return oncePerPackage(told);
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

function oncePerPackage(told: readonly Told[]): Finding[] {
  const isFirst = ({ about }: Told, index: number, all: readonly Told[]) =>
    about === undefined || all.findIndex((one) => one.about === about) === index;
  const errors = told.filter(({ finding }) => finding.severity === 'error');
  const warnings = told.filter(({ finding }) => finding.severity === 'warning');
  return [...errors, ...warnings].filter(isFirst).map(({ finding }) => finding);
}
