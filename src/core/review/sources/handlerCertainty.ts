import type { AnyNode, ArrowFunctionExpression, FunctionExpression } from 'acorn';
import { isLeftBefore } from './earlyReturns';
import { certaintyOf } from './importCertainty';
import { isFunction, isServiceCallback } from './ranFunctions';

type Callback = ArrowFunctionExpression | FunctionExpression;

/**
 * Whether a handler is registered whenever its script's service comes up: on the `flex` that
 * `sdk.service((error, flex) => { … })` hands out, in this very callback, with nothing before or
 * around it that could pass it over. `path`: from the program down to `flex.….register`.
 */
export function isCertain(path: readonly AnyNode[]): boolean {
  const [callback, ...inner] = path.filter(isFunction);
  const member = path.at(-1);
  if (!isSyncCallback(callback, path) || inner.length > 0 || certaintyOf(path) !== 'always') {
    return false;
  }
  const [error, flex] = callback.params.map(nameOf);
  const steps = path.slice(1).map((child, index) => ({ parent: path[index], child }));
  return (
    flex !== undefined &&
    member !== undefined &&
    rootName(member) === flex &&
    !steps.some(({ parent, child }) => mayPassOver(parent, child, error))
  );
}

function isSyncCallback(node: AnyNode | undefined, path: readonly AnyNode[]): node is Callback {
  const isCallback = node && isServiceCallback(path.slice(0, path.indexOf(node) + 1));
  return Boolean(isCallback && 'async' in node && !node.async);
}

function nameOf(node: AnyNode): string | undefined {
  return node.type === 'Identifier' ? node.name : undefined;
}

/** `flex` of `flex.functions.register`; undefined where a link of the chain may be missing. */
function rootName(node: AnyNode): string | undefined {
  if (node.type === 'MemberExpression') {
    return node.optional ? undefined : rootName(node.object);
  }
  return nameOf(node);
}

/** Whether `parent` may end, or go on, without having come to `child`. */
function mayPassOver(
  parent: AnyNode | undefined,
  child: AnyNode,
  error: string | undefined,
): boolean {
  if (parent?.type === 'Program' || parent?.type === 'BlockStatement') {
    return isLeftBefore(parent, child, error);
  }
  return parent !== undefined && (partial.test(parent.type) || isLogical(parent));
}

/** What may run a part of itself never. */
const partial =
  /^(?:For|While|DoWhile|Switch|Labeled|Class|Static|ChainExpression|AssignmentPattern)/;

/** `a ||= b` and the like. */
function isLogical(node: AnyNode): boolean {
  return node.type === 'AssignmentExpression' && /^(?:\|\||&&|\?\?)=$/.test(node.operator);
}
