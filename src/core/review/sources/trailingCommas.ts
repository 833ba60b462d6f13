import type { AnyNode } from 'acorn';

const comments = /\/\*[^]*?\*\/|\/\/.*/g;

/** The last argument or parameter of a node where a comma follows it. */
export function beforeTrailingComma(node: AnyNode, text: string): AnyNode | undefined {
  const [last, end] = lastIn(node);
  const after = last && text.slice(last.end, end).replace(comments, '');
  return after?.includes(',') ? last : undefined;
}

/** And where what could follow it ends. */
function lastIn(node: AnyNode): [last: AnyNode | undefined, end: number] {
  switch (node.type) {
    case 'CallExpression':
    case 'NewExpression':
      return [node.arguments.at(-1), node.end];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [node.params.at(-1), node.body.start];
    default:
      return [undefined, node.end];
  }
}
