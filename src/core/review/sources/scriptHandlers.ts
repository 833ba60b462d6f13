import type { AnyNode, CallExpression, MemberExpression, Program } from 'acorn';
import { ancestor } from 'acorn-walk';
import { isCertain } from './handlerCertainty';
import { certaintyOf, type Certainty } from './importCertainty';
import { isNamed, memberName, textOf } from './scriptNodes';

export interface ScriptHandlers {
  readonly handlers: readonly ScriptHandler[];
  /** Whether it may register handlers whose names only running it tells. */
  readonly hidesHandlers: boolean;
}

export interface ScriptHandler {
  readonly kind: 'dataObjects' | 'functions' | 'auth';
  readonly name: string;
  /** Whether it is registered whenever the service of its script comes up. */
  readonly isCertain: boolean;
}

/** The members of the SDK's `flex` that take handlers; contract 7.1 and 7.2. */
const kindOfOwner = new Map<string, ScriptHandler['kind']>([
  ['functions', 'functions'],
  ['businessLogic', 'functions'],
  ['auth', 'auth'],
]);

/** The handlers that a script registers with `kinvey-flex-sdk`, as far as their names stand in it. */
export function handlersOf(program: Program): ScriptHandlers {
  const handlers: ScriptHandler[] = [];
  let hidesHandlers = false;
  ancestor(program, {
    MemberExpression: (node, _, path) => {
      const kind = kindOf(node);
      if (kind !== undefined) {
        const name = nameOf(node, path);
        hidesHandlers ||= kind === 'unknown' || name === undefined;
        if (kind !== 'unknown' && name !== undefined) {
          handlers.push({ kind, name, isCertain: isCertain(path) });
        }
      }
    },
    CallExpression: ({ callee, arguments: [first] }) => {
      // `const { register } = flex.functions`, and the like.
      hidesHandlers ||= isNamed(callee, 'register', 'serviceObject') && textOf(first) !== undefined;
    },
  });
  return { handlers, hidesHandlers };
}

function kindOf(node: MemberExpression): ScriptHandler['kind'] | 'unknown' | undefined {
  const name = memberName(node);
  if (name === 'serviceObject') {
    return 'dataObjects';
  }
  return name === 'register' ? (kindOfOwner.get(ownerOf(node)) ?? 'unknown') : undefined;
}

function ownerOf({ object }: MemberExpression): string {
  return (object.type === 'Identifier' ? object.name : memberName(object)) ?? '';
}

/** Undefined where it is made up, or where the handler may not be registered at all. */
function nameOf(node: MemberExpression, path: readonly AnyNode[]): string | undefined {
  const call = path.at(-2);
  return isCallOf(call, node) && isSure(certaintyOf(path)) ? textOf(call.arguments[0]) : undefined;
}

/** Functions that register handlers are there to be called. */
function isSure(certainty: Certainty): boolean {
  return certainty === 'always' || certainty === 'whenCalled';
}

function isCallOf(call: AnyNode | undefined, callee: AnyNode): call is CallExpression {
  return call?.type === 'CallExpression' && call.callee === callee;
}
