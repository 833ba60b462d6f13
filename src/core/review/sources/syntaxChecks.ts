import type { Finding } from '../finding';
import type { SourceFile, SourceGraph } from './sourceGraph';

/** From this major version on, Node.js takes a script with import or export for a module by itself. */
const detectsModules = 20;

/** Scripts that Node.js cannot read, told with the first place that it stumbles over. */
export function checkSyntax(
  files: readonly SourceFile[],
  graph: SourceGraph,
  nodeMajor: number | undefined,
): Finding[] {
  return files.flatMap((file) => {
    const { problem } = file.facts;
    const finding = problem
      ? syntaxError(file, problem.line, problem.reason)
      : graph.mayRun(file) && versionProblem(file, nodeMajor);
    return finding ? [withSeverity(finding, graph.mustRun(file))] : [];
  });
}

/** What another version of Node.js would read. */
function versionProblem(file: SourceFile, nodeMajor: number | undefined): Finding | undefined {
  const { moduleLine, newer } = file.facts;
  if (newer) {
    const reason = `${newer.what} needs Node.js ${newer.since}, and the service environment runs Node.js ${nodeMajor}`;
    const finding = syntaxError(file, newer.line, reason);
    return newer.isLate ? withSeverity(finding, false) : finding;
  }
  return moduleLine === undefined ? undefined : moduleSyntax(file, moduleLine, nodeMajor);
}

function syntaxError({ path, absolute }: SourceFile, line: number, reason: string): Finding {
  const message = `${path}, line ${line}: ${reason}.`;
  return { severity: 'error', code: 'syntaxError', message, file: absolute, line };
}

function moduleSyntax(
  { path, absolute }: SourceFile,
  line: number,
  nodeMajor: number | undefined,
): Finding | undefined {
  if (nodeMajor !== undefined && nodeMajor >= detectsModules) {
    return undefined;
  }
  const whom =
    nodeMajor === undefined ? `Node.js before ${detectsModules}` : `Node.js ${nodeMajor}`;
  const message = `${path}, line ${line}, uses import or export, which ${whom} reads only with "type": "module" in package.json.`;
  const severity = nodeMajor === undefined ? 'warning' : 'error';
  return { severity, code: 'moduleSyntax', message, file: absolute, line };
}

/** What nothing surely loads keeps nothing from starting. */
function withSeverity(finding: Finding, mustRun: boolean): Finding {
  return mustRun ? finding : { ...finding, severity: 'warning' };
}
