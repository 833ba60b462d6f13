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
 * Finds the service's own file that a frame means. The service ran in a folder of the instance, of
 * which nothing is known: the longest end of the path that is one of `paths` counts. Undefined for
 * files of packages and of Node.js.
 */
export function findFramePlace(frame: string, paths: ReadonlySet<string>): FramePlace | undefined {
  const found = place.exec(frame);
  const [all = '', file = '', line = '', column = '1'] = found ?? [];
  const segments = decoded(file, all).split(/[\\/]/);
  if (!found || segments.includes('node_modules')) {
    return undefined;
  }
  const ends = segments.map((_, index) => segments.slice(index).join('/'));
  const path = ends.find((one) => paths.has(one));
  const start = found.index;
  const end = start + all.replace(/\)$/, '').length;
  return path === undefined
    ? undefined
    : { path, line: Number(line), column: Number(column), start, end };
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
