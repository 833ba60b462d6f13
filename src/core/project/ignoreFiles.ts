import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import createIgnore, { type Ignore } from 'ignore';
import { AppError, systemCode } from '../base/errors';

export const ignoreFileName = '.kinveyignore';

/**
 * The `.kinveyignore` files from a folder's root down to one of its directories. They mean what
 * `.gitignore` files mean to git: what is deeper goes before what is above, the last match counts,
 * and nothing comes back whose directory is left out.
 */
export class IgnoreFiles {
  static readonly none = new IgnoreFiles([]);

  /** All in one matcher: that of a deeper file alone would not know its parents. */
  private readonly matcher: Ignore;

  private constructor(private readonly patterns: readonly AnchoredPattern[]) {
    this.matcher = createIgnore({ ignorecase: false }).add([...patterns]);
  }

  /** With the file of this directory (relative, with `/`), where there is one. Throws `fileInvalid`. */
  enter(folder: string, directory: string): IgnoreFiles {
    const file = directory ? `${directory}/${ignoreFileName}` : ignoreFileName;
    const text = readIfThere(path.join(folder, file), file);
    const found = text === undefined ? [] : patternsOf(text, directory, file);
    return found.length === 0 ? this : new IgnoreFiles([...this.patterns, ...found]);
  }

  /** The pattern that leaves a path out and where it stands: `docs/ (.kinveyignore:2)`. */
  ruleAgainst(relative: string, isDirectory: boolean): string | undefined {
    if (this.patterns.length === 0) {
      return undefined;
    }
    return this.matcher.test(isDirectory ? `${relative}/` : relative).rule?.mark;
  }
}

interface AnchoredPattern {
  /** As it would stand in a file at the root. */
  readonly pattern: string;
  /** What a person is told. */
  readonly mark: string;
}

function patternsOf(text: string, directory: string, file: string): AnchoredPattern[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const pattern = withoutTrailingSpaces(line);
    const isRule = pattern !== '' && !pattern.startsWith('#');
    const mark = `${pattern} (${file}:${index + 1})`;
    return isRule ? [{ pattern: anchor(pattern, directory), mark }] : [];
  });
}

/** A pattern without a slash, but one at its end, means any depth below its file's directory. */
function anchor(pattern: string, directory: string): string {
  if (directory === '') {
    return pattern;
  }
  const negation = pattern.startsWith('!') ? '!' : '';
  const bare = pattern.slice(negation.length);
  const isAnchored = bare.slice(0, -1).includes('/');
  const below = isAnchored ? bare.replace(/^\//, '') : `**/${bare}`;
  return `${negation}/${escapeGlob(directory)}/${below}`;
}

/** A space after a backslash belongs to the name. */
function withoutTrailingSpaces(line: string): string {
  return line.replace(/(?<!\\) +$/, '');
}

function escapeGlob(directory: string): string {
  return directory.replace(/[\\[\]*?! ]/g, String.raw`\$&`);
}

function readIfThere(absolute: string, file: string): string | undefined {
  const refusal = (reason = 'unknown reason', cause?: unknown) =>
    new AppError('fileInvalid', `${file} cannot be read (${reason}).`, {
      cause,
      details: { file: absolute },
    });
  try {
    const stats = statSync(absolute, { throwIfNoEntry: false });
    if (!stats || stats.isFile() || stats.isDirectory()) {
      return stats && readFileSync(absolute, 'utf8');
    }
  } catch (cause) {
    throw refusal(systemCode(cause), cause);
  }
  // Not opened: whoever reads a pipe or a device may wait for ever.
  throw refusal('no regular file');
}
