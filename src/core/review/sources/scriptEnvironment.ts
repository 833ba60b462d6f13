import type { AnyNode, Pattern, Program } from 'acorn';
import { simple } from 'acorn-walk';
import { isNamed, memberName, textOf } from './scriptNodes';

/** Knows `process.env`, and what is called so: `const { env } = process`, `const env = process.env`. */
export function environmentTest(program: Program): (node: AnyNode) => boolean {
  const aliases = new Set<string>();
  const test = (node: AnyNode) => isProcessEnv(node) || isNamed(node, ...aliases);
  walkBindings(program, (target, value) => {
    const alias = isProcess(value) ? envOf(target) : isProcessEnv(value) ? target : undefined;
    if (alias?.type === 'Identifier') {
      aliases.add(alias.name);
    }
  });
  simple(program, {
    ImportDeclaration: ({ source, specifiers }) => {
      const isOfProcess = /^(?:node:)?process$/.test(textOf(source) ?? '');
      const env = specifiers.find(
        (one) => one.type === 'ImportSpecifier' && isNamed(one.imported, 'env'),
      );
      if (isOfProcess && env) {
        aliases.add(env.local.name);
      }
    },
  });
  return test;
}

/** Each `target = value`, declared or assigned. */
export function walkBindings(
  program: Program,
  visit: (target: Pattern, value: AnyNode) => void,
): void {
  simple(program, {
    VariableDeclarator: ({ id, init }) => {
      if (init) {
        visit(id, init);
      }
    },
    AssignmentExpression: ({ left, right }) => visit(left, right),
  });
}

function isProcess(node: AnyNode): boolean {
  return isNamed(node, 'process');
}

function isProcessEnv(node: AnyNode): boolean {
  return node.type === 'MemberExpression' && isProcess(node.object) && memberName(node) === 'env';
}

/** What `{ env }` and `{ env: name }` call it. */
function envOf(target: Pattern): Pattern | undefined {
  const properties = target.type === 'ObjectPattern' ? target.properties : [];
  const env = properties.find((one) => one.type === 'Property' && isNamed(one.key, 'env'));
  return env?.type === 'Property' ? env.value : undefined;
}
