import type { AnyNode, CallExpression, Program } from 'acorn';
import { ancestor } from 'acorn-walk';
import { certaintyOf, type Certainty } from './importCertainty';
import type { ScriptLines } from './scriptLines';
import { isNamed, memberName, textOf } from './scriptNodes';

export interface ScriptImports {
  readonly imports: readonly ScriptImport[];
  /** Whether it may load files whose names it does not tell. */
  readonly loadsOthers: boolean;
}

export interface ScriptImport {
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
  readonly kind: 'require' | 'import';
  readonly certainty: Certainty;
}

type Report = (kind: ScriptImport['kind'], source: AnyNode, path: readonly AnyNode[]) => void;

/** With these a script starts other scripts. */
export const starters = /^(?:node:)?(?:child_process|worker_threads|cluster|vm)$/;

/** What a script requires and imports, wherever it does. */
export function importsOf(program: Program, lines: ScriptLines): ScriptImports {
  const imports: ScriptImport[] = [];
  let loadsOthers = false;
  walkImports(program, (kind, source, path) => {
    const specifier = textOf(source);
    loadsOthers ||= specifier === undefined || starters.test(specifier);
    if (specifier !== undefined) {
      imports.push({ specifier, line: lines.lineOf(source), kind, certainty: certaintyOf(path) });
    }
  });
  return { imports, loadsOthers };
}

function walkImports(program: Program, report: Report): void {
  const declared = (node: { source?: AnyNode | null }, _: unknown, path: AnyNode[]) => {
    if (node.source) {
      report('import', node.source, path);
    }
  };
  ancestor(program, {
    CallExpression: (node, _, path) => {
      const [source] = node.arguments;
      if (source && isRequire(node) && !isShadowed(path)) {
        report('require', source, path);
      }
    },
    ImportExpression: declared,
    ImportDeclaration: declared,
    ExportNamedDeclaration: declared,
    ExportAllDeclaration: declared,
  });
}

/** `require(…)` and `require.resolve(…)`. */
function isRequire({ callee }: CallExpression): boolean {
  const isResolve = callee.type === 'MemberExpression' && memberName(callee) === 'resolve';
  return isNamed(isResolve ? callee.object : callee, 'require');
}

/** A script that was bundled brings its modules along, and a `require` of its own. */
function isShadowed(path: readonly AnyNode[]): boolean {
  return path.some(
    (node) => 'params' in node && node.params.some((one) => isNamed(one, 'require')),
  );
}
