import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { AppError, messageOf, systemCode } from '../base/errors';

/** What a project's package.json says, as far as Flex is concerned. */
export interface Manifest {
  folder: string;
  name?: string;
  version?: string;
  dependencies: Readonly<Record<string, string>>;
  main?: string;
}

/** Throws `manifestInvalid`, its details telling file, line and column where there are any. */
export async function readManifest(folder: string): Promise<Manifest> {
  return manifestOf(folder, await readText(path.join(folder, 'package.json')));
}

/** What the folder's package.json says with this text, such as that of an editor; throws as `readManifest`. */
export function manifestOf(folder: string, text: string): Manifest {
  const facts = parseManifest(path.join(folder, 'package.json'), text);
  const { name, version, main, dependencies } = facts;
  return {
    folder,
    name: textOf(name),
    // A blank one is none: npm takes it for none as well.
    version: textOf(version)?.trim() === '' ? undefined : textOf(version),
    main: textOf(main),
    dependencies: stringsOf(dependencies),
  };
}

/**
 * A Flex project names the SDK in `dependencies`; `devDependencies` do not count (contract 4.4).
 */
export function isFlexProject({ dependencies }: Manifest): boolean {
  return (dependencies['kinvey-flex-sdk'] ?? '') !== '';
}

/** Never throws: a folder that cannot be read is no Flex project. */
export async function isFlexFolder(folder: string): Promise<boolean> {
  try {
    return isFlexProject(await readManifest(folder));
  } catch {
    // Deploying tells what is wrong with the file; here it only decides what to offer.
    return false;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const why =
      systemCode(error) === 'ENOENT'
        ? `There is no package.json in ${path.dirname(file)}.`
        : `${file} cannot be read: ${messageOf(error)}`;
    throw new AppError('manifestInvalid', why, { cause: error, details: { file } });
  }
}

function parseManifest(file: string, text: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first !== undefined) {
    throw syntaxError(file, text, first);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('manifestInvalid', 'package.json must hold a JSON object.', {
      details: { file },
    });
  }
  return { ...value };
}

function syntaxError(file: string, text: string, { error, offset }: ParseError): AppError {
  const trailingComma = /,\s*$/.exec(text.slice(0, offset));
  const isTrailing = trailingComma !== null && /^[}\]]/.test(text.slice(offset));
  const { line, column } = positionAt(text, isTrailing ? trailingComma.index : offset);
  const what = isTrailing
    ? 'the comma after the last entry must go'
    : reasonOf(printParseErrorCode(error), text);
  return new AppError('manifestInvalid', `package.json, line ${line}: ${what}.`, {
    details: { file, line, column },
  });
}

function reasonOf(code: string, text: string): string {
  if (text.trim() === '') {
    return 'the file is empty';
  }
  return reasons[code] ?? code;
}

const reasons: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this word is not JSON',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected: 'a name in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'there is text after the end of the object',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a closing quote is missing',
  InvalidCharacter: 'this character is not allowed here',
};

/** Both counted from 1. */
function positionAt(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function stringsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
