import type { AnyNode } from 'acorn';
import { base, simple } from 'acorn-walk';
import { isNamed } from './scriptNodes';

/**
 * Whether one of the statements before `child` may leave its block, the guard of an error that a
 * service's callback got aside: with an error the service does not come up anyway.
 */
export function isLeftBefore(
  parent: AnyNode | undefined,
  child: AnyNode,
  error: string | undefined,
  leaves: (statement: AnyNode) => boolean = mayLeave,
): boolean {
  if (parent?.type !== 'Program' && parent?.type !== 'BlockStatement') {
    return false;
  }
  // Thousands of statements, for each of thousands of imports: nothing is copied.
  const { body } = parent;
  const end = body.findIndex((one) => one === child);
  return body.some((one, index) => index < end && !isErrorGuard(one, error) && leaves(one));
}

/** A `return` of a function within leaves that function only. */
export function mayLeave(node: AnyNode): boolean {
  let leaves = false;
  const outside = { ...base, Function: () => undefined };
  simple(node, { ReturnStatement: () => (leaves = true) }, outside);
  return leaves;
}

function isErrorGuard(node: AnyNode, error: string | undefined): boolean {
  return node.type === 'IfStatement' && error !== undefined && isNamed(node.test, error);
}
