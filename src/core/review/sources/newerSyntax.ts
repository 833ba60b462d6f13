import type { AnyNode, Program } from 'acorn';
import { base, full, simple, type SimpleVisitors } from 'acorn-walk';
import { patternSyntax } from './newerRegExps';
import type { ScriptLines } from './scriptLines';
import { syntaxOf, type Syntax } from './syntaxVersions';
import { beforeTrailingComma } from './trailingCommas';

/** What a Node.js cannot read yet. */
export interface NewerSyntax {
  /** Counted from 1. */
  readonly line: number;
  /** `a?.b` */
  readonly what: string;
  /** The first major version of Node.js that reads it, in its last release. */
  readonly since: number;
  /** Whether it fails only once the function is called that it stands in. */
  readonly isLate?: boolean;
}

/** What of a script is looked at. */
export interface ReadScript {
  readonly program: Program;
  readonly text: string;
  readonly lines: ScriptLines;
}

/** Not within functions. */
const outside = { ...base, Function: () => undefined };
const trailing: Syntax = [8, 'a comma after the last argument'];

/** The first place that a Node.js of this major version cannot read; undefined: none that is known. */
export function newerSyntaxIn(script: ReadScript, nodeMajor: number): NewerSyntax | undefined {
  const { program, lines } = script;
  const first = new FirstPlace(nodeMajor, lines);
  full(program, (node) => {
    first.look(placeOf(node), syntaxOf(node));
    const last = nodeMajor < trailing[0] ? beforeTrailingComma(node, script.text) : undefined;
    first.look(last ?? node, last && trailing);
  });
  simple(program, outerVisitors(first), outside);
  return first.found ?? latePattern(script, nodeMajor);
}

class FirstPlace {
  found: NewerSyntax | undefined;

  constructor(
    private readonly nodeMajor: number,
    private readonly lines: ScriptLines,
  ) {}

  look(node: AnyNode, [since, what]: Syntax = [0, '']): void {
    const line = since > this.nodeMajor ? this.lines.lineOf(node) : Infinity;
    if (line < (this.found?.line ?? Infinity)) {
      this.found = { line, what, since };
    }
  }
}

function outerVisitors(first: FirstPlace): SimpleVisitors<unknown> {
  const awaits: Syntax = [14, 'await outside of functions'];
  return {
    AwaitExpression: (node) => first.look(node, awaits),
    ForOfStatement: (node) => first.look(node, node.await ? awaits : undefined),
    Literal: (node) => first.look(node, patternSyntax(node)),
  };
}

/** An old Node.js reads the pattern of a regular expression when it comes to it. */
function latePattern({ program, lines }: ReadScript, nodeMajor: number): NewerSyntax | undefined {
  const first = new FirstPlace(nodeMajor, lines);
  simple(program, { Literal: (node) => first.look(node, patternSyntax(node)) });
  return first.found && { ...first.found, isLate: true };
}

/** A chain over several lines is told where it is new. */
function placeOf(node: AnyNode): AnyNode {
  return node.type === 'MemberExpression' ? node.property : node;
}
