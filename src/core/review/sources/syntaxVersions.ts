import type { AnyNode, BinaryExpression } from 'acorn';
import { flagSyntax } from './newerRegExps';

export type Syntax = readonly [since: number, what: string];

/** As their releases read it, which is finer than the editions of the language. */
export function syntaxOf(node: AnyNode): Syntax | undefined {
  switch (node.type) {
    case 'MemberExpression':
    case 'CallExpression':
      return node.optional ? [14, 'a?.b'] : undefined;
    case 'LogicalExpression':
      return node.operator === '??' ? [14, 'a ?? b'] : undefined;
    case 'AssignmentExpression':
      return assignment(node.operator);
    case 'BinaryExpression':
      return binary(node);
    case 'StaticBlock':
      return [16, 'static { … } in a class'];
    case 'PropertyDefinition':
      return [12, 'a field in a class'];
    case 'MethodDefinition':
      return node.key.type === 'PrivateIdentifier' ? [14, 'a private method'] : undefined;
    case 'Literal':
      return node.regex ? flagSyntax(node.regex) : literal(node.bigint, node.raw);
    default:
      return olderSyntaxOf(node);
  }
}

function assignment(operator: string): Syntax | undefined {
  if (operator === '**=') {
    return [8, 'a **= b'];
  }
  const [, logical] = /^(\|\||&&|\?\?)=$/.exec(operator) ?? [];
  return logical ? [16, `a ${operator} b`] : undefined;
}

function binary({ left, operator }: BinaryExpression): Syntax | undefined {
  if (left.type === 'PrivateIdentifier') {
    return [16, '#a in b'];
  }
  return operator === '**' ? [8, 'a ** b'] : undefined;
}

function literal(bigint: string | null | undefined, raw = ''): Syntax | undefined {
  if (/^[\d.][\w.]*_/.test(raw)) {
    return [12, 'a number such as 1_000'];
  }
  return bigint ? [10, 'a number such as 1n'] : undefined;
}

function olderSyntaxOf(node: AnyNode): Syntax | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.attributes.length > 0 ? [18, 'import … with { … }'] : undefined;
    case 'ImportExpression':
      return node.options ? [16, 'import(…, { … })'] : [10, 'import()'];
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
