import type { Discovery } from '../../handlers/localService';
import type { ScriptHandler } from './scriptHandlers';
import type { SourceFile, SourceGraph } from './sourceGraph';

/** What a service registers in any case; undefined where reading its scripts does not tell for sure. */
export function registeredHandlers(
  files: readonly SourceFile[],
  graph: SourceGraph,
): Discovery | undefined {
  const running = files.filter((file) => graph.mayRun(file));
  const isUnsure = running.some(
    (file) =>
      file.facts.problem !== undefined ||
      file.facts.hidesHandlers ||
      (file.facts.handlers.length > 0 && !graph.shouldRun(file)),
  );
  const handlers = running.flatMap(({ facts }) => facts.handlers);
  return isUnsure ? undefined : discoveryOf(handlers);
}

/**
 * Those handlers that it registers whenever it comes up, whatever others there may be: a service
 * that lacks one of them is not what was written. Undefined where none is that sure.
 */
export function certainHandlers(
  files: readonly SourceFile[],
  graph: SourceGraph,
): Discovery | undefined {
  const entry = files.filter((file) => graph.isEntry(file));
  const handlers = entry.flatMap(({ facts }) => facts.handlers);
  return discoveryOf(handlers.filter(({ isCertain }) => isCertain));
}

function discoveryOf(handlers: readonly ScriptHandler[]): Discovery | undefined {
  return handlers.length === 0
    ? undefined
    : {
        dataObjects: namesOf(handlers, 'dataObjects'),
        functions: namesOf(handlers, 'functions'),
        auth: namesOf(handlers, 'auth'),
      };
}

function namesOf(handlers: readonly ScriptHandler[], kind: ScriptHandler['kind']): string[] {
  return [...new Set(handlers.filter((one) => one.kind === kind).map(({ name }) => name))];
}
