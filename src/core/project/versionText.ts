import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';

/** An object inside a JSON file that carries a version. */
export interface VersionPlace {
  readonly path: readonly string[];
  /** Whether a file without this object is broken, or merely an older format. */
  readonly required: boolean;
}

export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/**
 * Sets `version` in each place of a JSON text and leaves every other character as it is. A missing
 * version is put after the name, spaced like its neighbours. Throws an Error whose message tells
 * the line of what is no JSON.
 */
export function setVersions(
  text: string,
  places: readonly VersionPlace[],
  version: string,
): string {
  return versionEdits(text, places, version).reduceRight(
    (now, { offset, length, content }) =>
      now.slice(0, offset) + content + now.slice(offset + length),
    text,
  );
}

/** What `setVersions` changes in the text, in its order; throws the same. */
export function versionEdits(
  text: string,
  places: readonly VersionPlace[],
  version: string,
): TextEdit[] {
  const tree = parseStrictly(text);
  const edits = places.flatMap((place) => editsAt(text, tree, place, JSON.stringify(version)));
  return edits.sort((a, b) => a.offset - b.offset);
}

function parseStrictly(text: string): Node {
  const errors: ParseError[] = [];
  // A byte order mark becomes a space, which keeps all offsets.
  const tree = parseTree(text.replace(/^\uFEFF/, ' '), errors, { disallowComments: true });
  const [first] = errors;
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new Error(`line ${line} is no valid JSON (${printParseErrorCode(first.error)})`);
  }
  if (tree?.type !== 'object') {
    throw new Error('it holds no JSON object');
  }
  return tree;
}

function editsAt(text: string, tree: Node, place: VersionPlace, json: string): TextEdit[] {
  const node = place.path.reduce<Node | undefined>(lastValueOf, tree);
  if (node?.type === 'object') {
    return [versionEdit(text, node, json)];
  }
  if (place.required) {
    throw new Error('it holds no JSON object');
  }
  return [];
}

function versionEdit(text: string, object: Node, json: string): TextEdit {
  const properties = object.children ?? [];
  const present = lastValueOf(object, 'version');
  if (present) {
    return { offset: present.offset, length: present.length, content: json };
  }
  const first = properties[0];
  if (!first) {
    return { offset: object.offset + 1, length: 0, content: `"version":${json}` };
  }
  const gap = text.slice(object.offset + 1, first.offset);
  const content = `"version":${spaceAfterColon(text, first)}${json}`;
  const name = properties.find((property) => keyOf(property) === 'name');
  return name
    ? { offset: name.offset + name.length, length: 0, content: `,${gap}${content}` }
    : { offset: first.offset, length: 0, content: `${content},${gap}` };
}

/** The last one wins in JSON.parse where a key stands twice. */
export function lastValueOf(object: Node | undefined, key: string): Node | undefined {
  const properties = object?.type === 'object' ? object.children : undefined;
  return properties?.findLast((property) => keyOf(property) === key)?.children?.[1];
}

function keyOf(property: Node): unknown {
  return property.children?.[0]?.value;
}

function spaceAfterColon(text: string, { colonOffset, children }: Node): string {
  const value = children?.[1];
  return colonOffset === undefined || !value ? ' ' : text.slice(colonOffset + 1, value.offset);
}
