import type { BundlePlan } from './bundlePlan';
import { tarEntryBytes } from './tarSize';

/** A file or directory of a bundle, with what it takes of the tar. */
export interface BundleNode {
  readonly name: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** Of the tar: content, header and padding, and of a directory all that is below it. */
  readonly tarBytes: number;
  /** How many files are below; 1 for a file. */
  readonly files: number;
  /** Undefined for a file; the largest first. */
  readonly children?: readonly BundleNode[];
}

/** What a bundle holds, as a tree; the largest first. */
export function bundleTree({ files, directories }: BundlePlan): readonly BundleNode[] {
  const below = new Map<string, BundleNode[]>([['', []]]);
  for (const { path, size } of files) {
    const tarBytes = tarEntryBytes(path, size);
    place(below, { name: nameOf(path), path, tarBytes, files: 1 });
  }
  // The deepest first, so that each is complete before it is placed.
  for (const path of directories.toReversed()) {
    const children = sorted(below.get(path) ?? []);
    const own = tarEntryBytes(`${path}/`, 0);
    const tarBytes = children.reduce((sum, child) => sum + child.tarBytes, own);
    const count = children.reduce((sum, child) => sum + child.files, 0);
    place(below, { name: nameOf(path), path, tarBytes, files: count, children });
  }
  return sorted(below.get('') ?? []);
}

function place(below: Map<string, BundleNode[]>, node: BundleNode): void {
  const parent = node.path.slice(0, Math.max(0, node.path.lastIndexOf('/')));
  const siblings = below.get(parent) ?? [];
  siblings.push(node);
  below.set(parent, siblings);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function sorted(nodes: readonly BundleNode[]): readonly BundleNode[] {
  return nodes.toSorted((a, b) => b.tarBytes - a.tarBytes || (a.name < b.name ? -1 : 1));
}
