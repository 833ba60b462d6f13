import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { BundleFile, BundlePlan } from '../../project/bundlePlan';
import { readTextOf } from '../../project/smallFiles';
import type { Finding } from '../finding';
import type { BundleModules } from './bundleModules';
import { isTooLarge, unchecked } from './largeSources';
import { isRelative, type SourceFile, type SourceGraph } from './sourceGraph';

export interface JsonCheckOptions {
  readonly plan: BundlePlan;
  readonly modules: BundleModules;
}

/** JSON files that scripts load by their names and that Node.js cannot read. */
export function checkJson(
  files: readonly SourceFile[],
  graph: SourceGraph,
  { plan, modules }: JsonCheckOptions,
): Finding[] {
  const mustRead = loadedJson(files, graph, modules);
  return plan.files.flatMap((file) => {
    const must = mustRead.get(file.path);
    if (must !== undefined && isTooLarge(file)) {
      return [unchecked(file, 'whether Node.js can read it')];
    }
    const problem = must !== undefined && jsonProblem(file);
    return problem ? [{ ...problem, severity: must ? 'error' : 'warning' }] : [];
  });
}

/** By their paths: whether the service cannot start without them. */
function loadedJson(
  files: readonly SourceFile[],
  graph: SourceGraph,
  modules: BundleModules,
): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const script of files.filter((one) => graph.mayRun(one))) {
    for (const { specifier, kind, certainty } of script.facts.imports) {
      const target = isRelative(specifier) && modules.resolve(script.path, specifier, kind).file;
      if (target && certainty !== 'guarded' && target.endsWith('.json')) {
        const must = certainty === 'always' && graph.mustRun(script);
        found.set(target, must || found.get(target) === true);
      }
    }
  }
  return found;
}

function jsonProblem(file: BundleFile): Omit<Finding, 'severity'> | undefined {
  const text = readTextOf(file)?.replace(/^\uFEFF/, '');
  if (text === undefined || isJson(text)) {
    return undefined;
  }
  const errors: ParseError[] = [];
  parse(text, errors, {
    disallowComments: true,
    allowTrailingComma: false,
    allowEmptyContent: false,
  });
  const [first] = errors;
  const line = text.slice(0, first?.offset).split('\n').length;
  const reason = first ? printParseErrorCode(first.error).replace(/\B[A-Z]/g, wordOf) : 'Syntax';
  const message = `${file.path}, line ${line}: ${reason}, so it is no JSON.`;
  return { code: 'syntaxError', message, file: file.absolute, line };
}

/** `CommaExpected` is `Comma expected` for a person. */
function wordOf(capital: string): string {
  return ` ${capital.toLowerCase()}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
