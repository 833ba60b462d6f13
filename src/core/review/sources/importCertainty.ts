import type { AnyNode } from 'acorn';
import { isLeftByIfBefore } from './earlyReturns';
import { isCalledAtOnce, isFunction, isServiceCallback } from './ranFunctions';
import { memberName } from './scriptNodes';

/**
 * Whether an import is run when its script is; `whenCalled`: as soon as the functions around it are,
 * which may be never; `guarded`: its failure is caught there.
 */
export type Certainty = 'always' | 'whenCalled' | 'sometimes' | 'guarded';

interface Step {
  readonly parent: AnyNode | undefined;
  readonly child: AnyNode;
}

/** `path`: from the program down to the import. */
export function certaintyOf(path: readonly AnyNode[]): Certainty {
  const steps = path.slice(1).map((child, index) => ({ parent: path[index], child }));
  const ownFunction = steps.findLastIndex(({ parent }) => parent && isFunction(parent));
  if (steps.slice(ownFunction + 1).some(isCaught)) {
    return 'guarded';
  }
  // A try around the function may well be the only place that answers for it.
  if (steps.some((step) => isCaught(step) || isChoice(step)) || isPassedOver(path, steps)) {
    return 'sometimes';
  }
  return functionsIn(path).every(isRun) ? 'always' : 'whenCalled';
}

/** In a `try` with a `catch`, or before `.catch(…)` or `.then(…, failed)`. */
function isCaught({ parent, child }: Step): boolean {
  switch (parent?.type) {
    case 'TryStatement':
      return parent.block === child && Boolean(parent.handler);
    case 'CallExpression':
      return (
        parent.callee === child && memberName(child) === 'then' && parent.arguments.length === 2
      );
    default:
      return parent?.type === 'MemberExpression' && memberName(parent) === 'catch';
  }
}

function isChoice({ parent, child }: Step): boolean {
  switch (parent?.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return parent.test !== child;
    case 'LogicalExpression':
    case 'AssignmentPattern':
      return parent.right === child;
    case 'ForStatement':
      return parent.body === child || parent.update === child;
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
      return parent.body === child;
    case 'PropertyDefinition':
      return parent.value === child && !parent.static;
    case 'SwitchCase':
    case 'CatchClause':
      return true;
    default:
      return false;
  }
}

/** By an `if` that returns. */
function isPassedOver(path: readonly AnyNode[], steps: readonly Step[]): boolean {
  const callback = functionsIn(path).find(isServiceCallback)?.at(-1);
  const [first] = callback && 'params' in callback ? callback.params : [];
  const error = first?.type === 'Identifier' ? first.name : undefined;
  return steps.some(({ parent, child }) => isLeftByIfBefore(parent, child, error));
}

/** The functions of a path, each with the way down to it. */
function functionsIn(path: readonly AnyNode[]): AnyNode[][] {
  return path.flatMap((node, index) => (isFunction(node) ? [path.slice(0, index + 1)] : []));
}

function isRun(path: readonly AnyNode[]): boolean {
  return isCalledAtOnce(path) || isServiceCallback(path);
}
