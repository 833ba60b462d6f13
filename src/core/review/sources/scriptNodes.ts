import type { AnyNode } from 'acorn';

/** What a literal or a template without expressions says; undefined: only running it tells. */
export function textOf(node: AnyNode | null | undefined): string | undefined {
  if (node?.type === 'Literal') {
    return typeof node.value === 'string' ? node.value : undefined;
  }
  const [only, ...more] = node?.type === 'TemplateLiteral' ? node.quasis : [];
  return more.length === 0 ? (only?.value.cooked ?? undefined) : undefined;
}

export function isNamed(node: AnyNode | null | undefined, ...names: string[]): boolean {
  return node?.type === 'Identifier' && names.includes(node.name);
}

/** The name of `object.name` and `object['name']`. */
export function memberName(node: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression') {
    return undefined;
  }
  const { computed, property } = node;
  return !computed && property.type === 'Identifier' ? property.name : textOf(property);
}
