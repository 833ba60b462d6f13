import { parse, type Options, type Program } from 'acorn';
import { newerSyntaxIn, type NewerSyntax } from './newerSyntax';
import { mayBeTooNew } from './newerTokens';
import { handlersOf, type ScriptHandlers } from './scriptHandlers';
import { plainImports } from './plainScript';
import { ScriptLines } from './scriptLines';
import { importsOf, type ScriptImports } from './scriptImports';
import { variablesOf, type ScriptVariables } from './scriptVariables';

/** How Node.js reads a script: by its extension, or by the `type` of the package.json above it. */
export type ScriptGoal = 'commonjs' | 'module' | 'unknown';

export interface ScriptFacts extends ScriptImports, ScriptVariables, ScriptHandlers {
  /** The first place that is no JavaScript; then there is nothing else. */
  readonly problem?: SyntaxProblem;
  /** Of the first import or export in a script whose goal is unknown. */
  readonly moduleLine?: number;
  /** The first place that the Node.js of the environment is too old for. */
  readonly newer?: NewerSyntax;
}

export interface SyntaxProblem {
  /** Counted from 1. */
  readonly line: number;
  /** `Unexpected token ")"` */
  readonly reason: string;
}

const noImports: ScriptImports = { imports: [], loadsOthers: false };
const noVariables: ScriptVariables = { variables: [], assigned: [] };
const noHandlers: ScriptHandlers = { handlers: [], hidesHandlers: false };

/**
 * What a script loads, which environment variables it uses and which handlers it registers. This file brings in the parser:
 * import it late.
 */
export function readScript(text: string, goal: ScriptGoal, nodeMajor?: number): ScriptFacts {
  const isTooNew = mayBeTooNew(text, nodeMajor) || mayAwait(text, goal);
  const plain = goal === 'module' || isTooNew ? undefined : plainImports(text);
  if (plain) {
    return ownCopy({ ...plain, ...noVariables, ...noHandlers });
  }
  try {
    const { program, moduleLine } = parseScript(text, goal);
    const lines = new ScriptLines(text);
    const imports = /require|import|export/.test(text) ? importsOf(program, lines) : noImports;
    const variables = text.includes('env') ? variablesOf(program, lines) : noVariables;
    const handlers = /register|serviceObject/.test(text) ? handlersOf(program) : noHandlers;
    const newer =
      isTooNew && nodeMajor !== undefined
        ? newerSyntaxIn({ program, text, lines }, nodeMajor)
        : undefined;
    return ownCopy({ ...imports, ...variables, ...handlers, moduleLine, newer });
  } catch (error) {
    const problem = problemOf(error, text);
    // Nested too deep to be walked through, as only generated code is.
    return { ...noImports, ...noVariables, ...noHandlers, problem };
  }
}

/** Strings cut out of a text would keep all of it; as JSON they are copied faster than as a clone. */
function ownCopy(facts: ScriptFacts): ScriptFacts {
  return JSON.parse(JSON.stringify(facts)) as ScriptFacts;
}

/** Outside of functions, as only a module may; it is parsed anyway. */
function mayAwait(text: string, goal: ScriptGoal): boolean {
  return goal === 'module' && text.includes('await');
}

function parseScript(text: string, goal: ScriptGoal): { program: Program; moduleLine?: number } {
  if (goal !== 'unknown') {
    return { program: parseAs(text, goal) };
  }
  try {
    return { program: parseAs(text, 'commonjs') };
  } catch (error) {
    const program = parsedAsModule(text);
    const moduleLine = program && firstModuleLine(program, text);
    if (!moduleLine) {
      throw error;
    }
    return { program, moduleLine };
  }
}

function parseAs(text: string, sourceType: Options['sourceType']): Program {
  return parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true });
}

function parsedAsModule(text: string): Program | undefined {
  try {
    return parseAs(text, 'module');
  } catch {
    return undefined;
  }
}

function firstModuleLine({ body }: Program, text: string): number | undefined {
  const first = body.find(({ type }) => /^(?:Import|Export)/.test(type));
  return first && new ScriptLines(text).lineOf(first);
}

function problemOf(error: unknown, text: string): SyntaxProblem | undefined {
  if (!(error instanceof SyntaxError) || !('loc' in error) || !('pos' in error)) {
    return undefined;
  }
  const { loc, pos, message } = error as SyntaxError & { loc: { line: number }; pos: number };
  const reason = message.replace(/ \(\d+:\d+\)$/, '');
  return reason === noStack ? undefined : { line: loc.line, reason: clearer(reason, text, pos) };
}

/** The parser blames the script for it. */
const noStack = 'Not enough stack space to parse input';

function clearer(reason: string, text: string, position: number): string {
  if (reason.includes('sourceType: module')) {
    return 'import and export need "type": "module" in package.json';
  }
  return reason === 'Unexpected token' ? `${reason} ${tokenAt(text, position)}` : reason;
}

function tokenAt(text: string, position: number): string {
  const token = /^(?:[\w$]+|\S)/.exec(text.slice(position, position + 40))?.[0];
  return token === undefined ? 'at the end' : JSON.stringify(token);
}
