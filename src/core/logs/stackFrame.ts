/** A place in a source file, as a line of a stack tells it. */
export interface FramePlace {
  /** Relative to the service's folder, with `/`. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1; of a syntax error only the line is told. */
  readonly column: number;
  /** Where the frame names it. */
  readonly start: number;
  readonly end: number;
}

/** An absolute path or address with line and column: `/app/lib/a.js:3:5`, `file:///app/a.mjs:3`. */
const place = /(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/]).*?):(\d+)(?::(\d+))?\)?$/;

/**
 * Finds the service's own files that the frames of a stack mean, in their order. The service ran in
 * a folder of the instance, of which nothing is known but that it is the same for all: where
 * several may be it, none is told. Undefined for files of packages and of Node.js.
 */
export function findFramePlaces(
  frames: readonly string[],
  paths: ReadonlySet<string>,
): (FramePlace | undefined)[] {
  const found = frames.map(findFile);
  const roots = found.map((file) => (file ? rootsOf(file.segments, paths) : []));
  const root = commonRoot(
    roots,
    found.flatMap((file) => file?.packageRoot ?? []),
  );
  return found.map((file, index) => {
    const own = roots[index]?.find((one) => one.root === root);
    return file && own && { ...file.place, path: own.path };
  });
}

interface FrameFile {
  readonly place: Omit<FramePlace, 'path'>;
  readonly segments: readonly string[];
  /** Of a file in node_modules: the folder that these are in. */
  readonly packageRoot?: string;
}

function findFile(frame: string): FrameFile | undefined {
  const found = place.exec(frame);
  if (!found) {
    return undefined;
  }
  const [all, file = '', line = '', column = '1'] = found;
  const end = found.index + all.replace(/\)$/, '').length;
  const segments = decoded(file, all)
    .replace(/^\/(?=[A-Za-z]:)/, '')
    .split(/[\\/]/);
  const packages = segments.indexOf('node_modules');
  return {
    place: { line: Number(line), column: Number(column), start: found.index, end },
    segments: packages < 0 ? segments : [],
    packageRoot: packages < 0 ? undefined : segments.slice(0, packages).join('/'),
  };
}

interface Root {
  readonly root: string;
  readonly path: string;
}

/** The folders that the service may have run in, by the ends of a path that are its files. */
function rootsOf(segments: readonly string[], paths: ReadonlySet<string>): Root[] {
  const splits = segments.map((_, index) => ({
    root: segments.slice(0, index).join('/'),
    path: segments.slice(index).join('/'),
  }));
  return splits.filter((one) => paths.has(one.path));
}

/** The one that most frames can be in; among equals, one that packages are in. */
function commonRoot(
  frames: readonly (readonly Root[])[],
  packageRoots: readonly string[],
): string | undefined {
  const counts = new Map<string, number>();
  for (const { root } of frames.flat()) {
    counts.set(root, (counts.get(root) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  const best = [...counts.keys()].filter((root) => counts.get(root) === most);
  const [root, ...others] =
    best.length > 1 ? best.filter((one) => packageRoots.includes(one)) : best;
  return others.length > 0 ? undefined : root;
}

function decoded(file: string, all: string): string {
  if (!all.startsWith('file:')) {
    return file;
  }
  try {
    return decodeURIComponent(file);
  } catch {
    return file;
  }
}
