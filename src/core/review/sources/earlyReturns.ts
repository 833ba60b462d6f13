import type { AnyNode } from 'acorn';
import { base, simple } from 'acorn-walk';
import { isNamed } from './scriptNodes';

/**
 * What of the statements before `child` is not the guard of an error that a service's callback got:
 * with an error the service does not come up anyway.
 */
export function statementsBefore(
  parent: AnyNode | undefined,
  child: AnyNode,
  error: string | undefined,
): readonly AnyNode[] {
  if (parent?.type !== 'Program' && parent?.type !== 'BlockStatement') {
    return [];
  }
  const end = parent.body.findIndex((one) => one === child);
  return parent.body.slice(0, end).filter((one) => !isErrorGuard(one, error));
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
