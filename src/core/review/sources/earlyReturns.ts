import type { AnyNode } from 'acorn';
import { base, simple } from 'acorn-walk';
import { isNamed } from './scriptNodes';

/**
 * Whether one of the statements before `child` may leave its block, the guard of an error that a
 * service's callback got aside: with an error the service does not come up anyway.
 */
export const isLeftBefore = leftBefore(mayLeave);

/** The same of `if` statements alone: looking at every statement of all scripts would take too long. */
export const isLeftByIfBefore = leftBefore(
  (statement) => statement.type === 'IfStatement' && mayLeave(statement),
);

function leftBefore(leaves: (statement: AnyNode) => boolean) {
  // A block may have thousands of statements, and be asked for with each of thousands of imports.
  const known = new WeakMap<AnyNode, readonly AnyNode[]>();
  return (parent: AnyNode | undefined, child: AnyNode, error: string | undefined): boolean => {
    if (parent?.type !== 'Program' && parent?.type !== 'BlockStatement') {
      return false;
    }
    const leaving = known.get(parent) ?? parent.body.filter(leaves);
    known.set(parent, leaving);
    return leaving.some((one) => one.start < child.start && !isErrorGuard(one, error));
  };
}

/** A `return` of a function within leaves that function only. */
function mayLeave(node: AnyNode): boolean {
  let leaves = false;
  const outside = { ...base, Function: () => undefined };
  simple(node, { ReturnStatement: () => (leaves = true) }, outside);
  return leaves;
}

function isErrorGuard(node: AnyNode, error: string | undefined): boolean {
  return node.type === 'IfStatement' && error !== undefined && isNamed(node.test, error);
}
