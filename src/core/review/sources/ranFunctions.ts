import type { AnyNode, ArrowFunctionExpression, FunctionExpression } from 'acorn';
import { memberName } from './scriptNodes';

type Expression = ArrowFunctionExpression | FunctionExpression;

export function isFunction({ type }: AnyNode): boolean {
  return /^(?:ArrowFunctionExpression|Function)/.test(type);
}

/** Of the last of these nodes, from the program down: what `sdk.service(…)` calls once it is up. */
export function isServiceCallback(path: readonly AnyNode[]): boolean {
  const [call, node] = path.slice(-2);
  return (
    isExpression(node) &&
    call?.type === 'CallExpression' &&
    memberName(call.callee) === 'service' &&
    call.arguments.includes(node)
  );
}

/** Of the last of these nodes: whether it is run where it stands, as `(() => { … })()` is. */
export function isCalledAtOnce(path: readonly AnyNode[]): boolean {
  const [above, parent, node] = path.slice(-3);
  if (!isExpression(node) || node.generator) {
    return false;
  }
  if (parent?.type === 'MemberExpression') {
    const isCall = ['call', 'apply'].includes(memberName(parent) ?? '');
    return isCall && parent.object === node && isCallee(above, parent);
  }
  return isCallee(parent, node);
}

function isExpression(node: AnyNode | undefined): node is Expression {
  return node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';
}

function isCallee(call: AnyNode | undefined, node: AnyNode): boolean {
  return (
    (call?.type === 'CallExpression' || call?.type === 'NewExpression') && call.callee === node
  );
}
