import type { AnyNode, Pattern, Program } from 'acorn';
import { ancestor } from 'acorn-walk';
import { environmentTest, walkBindings } from './scriptEnvironment';
import type { ScriptLines } from './scriptLines';
import { memberName, textOf } from './scriptNodes';

export interface ScriptVariables {
  readonly variables: readonly ScriptVariable[];
  /** The names that it sets itself. */
  readonly assigned: readonly string[];
}

export interface ScriptVariable {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  /** Whether it is asked for with something else in its place, or only looked whether it is there. */
  readonly hasFallback: boolean;
}

/** The environment variables that a script uses, through `process.env` or a name given to it. */
export function variablesOf(program: Program, lines: ScriptLines): ScriptVariables {
  const variables: ScriptVariable[] = [];
  const assigned: string[] = [];
  const isEnvironment = environmentTest(program);
  walkBindings(program, (target, value) => {
    if (isEnvironment(value)) {
      variables.push(...destructured(target, lines));
    }
  });
  ancestor(program, {
    MemberExpression: (node, _, path) => {
      const name = isEnvironment(node.object) ? memberName(node) : undefined;
      if (name === undefined) {
        return;
      }
      if (isAssigned(path)) {
        assigned.push(name);
      } else {
        variables.push({ name, line: lines.lineOf(node), hasFallback: hasFallback(path) });
      }
    },
  });
  return { variables, assigned };
}

/** `{ A, B: b = 'x' }` */
function destructured(target: Pattern, lines: ScriptLines): ScriptVariable[] {
  const properties = target.type === 'ObjectPattern' ? target.properties : [];
  return properties.flatMap((property) => {
    if (property.type !== 'Property') {
      return [];
    }
    const { key, value, computed } = property;
    const name = !computed && key.type === 'Identifier' ? key.name : textOf(key);
    const hasFallback = value.type === 'AssignmentPattern';
    return name === undefined ? [] : [{ name, line: lines.lineOf(property), hasFallback }];
  });
}

function isAssigned(path: readonly AnyNode[]): boolean {
  const [parent, node] = path.slice(-2);
  const isTarget = parent?.type === 'AssignmentExpression' && parent.left === node;
  return isTarget || (parent?.type === 'UnaryExpression' && parent.operator === 'delete');
}

function hasFallback(path: readonly AnyNode[]): boolean {
  const [parent, node] = path.slice(-2);
  switch (parent?.type) {
    case 'LogicalExpression':
      return parent.left === node;
    case 'IfStatement':
    case 'ConditionalExpression':
      return parent.test === node;
    case 'UnaryExpression':
      return true;
    case 'BinaryExpression':
      return /^[!=]==?$/.test(parent.operator);
    default:
      return false;
  }
}
