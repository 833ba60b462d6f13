import type { AnyNode } from 'acorn';
import { memberName } from './scriptNodes';

/** Whether an import is always run when its function is; `guarded`: its failure is caught there. */
export type Certainty = 'always' | 'sometimes' | 'guarded';

/** `path`: from the program down to the import. */
export function certaintyOf(path: readonly AnyNode[]): Certainty {
  const steps = path.slice(1).map((child, index) => ({ parent: path[index], child }));
  const ownFunction = steps.findLastIndex(({ parent }) => parent && isFunction(parent));
  const inside = steps.slice(ownFunction + 1);
  if (inside.some(({ parent, child }) => isCaught(parent, child))) {
    return 'guarded';
  }
  // A try around the function may well be the only place that answers for it.
  const isSometimes = steps.some(
    ({ parent, child }) => isCaught(parent, child) || isChoice(parent, child),
  );
  return isSometimes ? 'sometimes' : 'always';
}

function isFunction({ type }: AnyNode): boolean {
  return /^(?:ArrowFunctionExpression|Function)/.test(type);
}

/** In a `try` with a `catch`, or before `.catch(…)`. */
function isCaught(parent: AnyNode | undefined, child: AnyNode): boolean {
  if (parent?.type === 'TryStatement') {
    return parent.block === child && Boolean(parent.handler);
  }
  return parent?.type === 'MemberExpression' && memberName(parent) === 'catch';
}

function isChoice(parent: AnyNode | undefined, child: AnyNode): boolean {
  switch (parent?.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return parent.test !== child;
    case 'LogicalExpression':
      return parent.right === child;
    case 'SwitchCase':
    case 'CatchClause':
      return true;
    default:
      return false;
  }
}
