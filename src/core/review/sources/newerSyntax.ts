import type { AnyNode, Program } from 'acorn';
import { full } from 'acorn-walk';
import { lineOf } from './scriptNodes';

/** What a Node.js cannot read yet. */
export interface NewerSyntax {
  /** Counted from 1. */
  readonly line: number;
  /** `a?.b` */
  readonly what: string;
  /** The first major version of Node.js that reads it, in its last release. */
  readonly since: number;
}

/** The first place that a Node.js of this major version cannot read; undefined: none that is known. */
export function newerSyntaxIn(program: Program, nodeMajor: number): NewerSyntax | undefined {
  let first: NewerSyntax | undefined;
  full(program, (node) => {
    const [since, what] = syntaxOf(node) ?? [0, ''];
    const line = since > nodeMajor ? lineOf(placeOf(node)) : Infinity;
    if (line < (first?.line ?? Infinity)) {
      first = { line, what, since };
    }
  });
  return first;
}

type Syntax = readonly [since: number, what: string];

/** As their releases read it, which is finer than the editions of the language. */
function syntaxOf(node: AnyNode): Syntax | undefined {
  switch (node.type) {
    case 'MemberExpression':
    case 'CallExpression':
      return node.optional ? [14, 'a?.b'] : undefined;
    case 'LogicalExpression':
      return node.operator === '??' ? [14, 'a ?? b'] : undefined;
    case 'AssignmentExpression':
      return assignment(node.operator);
    case 'BinaryExpression':
      return node.left.type === 'PrivateIdentifier' ? [16, '#a in b'] : undefined;
    case 'StaticBlock':
      return [16, 'static { … } in a class'];
    case 'PropertyDefinition':
      return [12, 'fields in a class'];
    case 'MethodDefinition':
      return node.key.type === 'PrivateIdentifier' ? [14, 'private methods'] : undefined;
    case 'Literal':
      return node.regex ? flag(node.regex.flags) : literal(node.bigint, node.raw);
    default:
      return olderSyntaxOf(node);
  }
}

function assignment(operator: string): Syntax | undefined {
  const [, logical] = /^(\|\||&&|\?\?)=$/.exec(operator) ?? [];
  return logical ? [16, `a ${operator} b`] : undefined;
}

function flag(flags: string): Syntax | undefined {
  if (flags.includes('v')) {
    return [20, 'the flag v of a regular expression'];
  }
  return flags.includes('d') ? [16, 'the flag d of a regular expression'] : undefined;
}

function literal(bigint: string | null | undefined, raw = ''): Syntax | undefined {
  if (/^[\d.][\w.]*_/.test(raw)) {
    return [12, 'numbers such as 1_000'];
  }
  return bigint ? [10, 'numbers such as 1n'] : undefined;
}

function olderSyntaxOf(node: AnyNode): Syntax | undefined {
  switch (node.type) {
    case 'ImportExpression':
      return [10, 'import()'];
    case 'CatchClause':
      return node.param ? undefined : [10, 'catch without a name'];
    case 'ForOfStatement':
      return node.await ? [10, 'for await'] : undefined;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async ? [node.generator ? 10 : 8, 'async functions'] : undefined;
    case 'ObjectExpression':
      return node.properties.some(({ type }) => type === 'SpreadElement')
        ? [8, '{ ...a }']
        : undefined;
    case 'ObjectPattern':
      return node.properties.some(({ type }) => type === 'RestElement')
        ? [8, '{ ...a }']
        : undefined;
    default:
      return undefined;
  }
}

/** A chain over several lines is told where it is new. */
function placeOf(node: AnyNode): AnyNode {
  return node.type === 'MemberExpression' ? node.property : node;
}
