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
      (file.facts.handlers.length > 0 && !graph.mustRun(file)),
  );
  const handlers = running.flatMap(({ facts }) => facts.handlers);
  if (isUnsure || handlers.length === 0) {
    return undefined;
  }
  return {
    dataObjects: namesOf(handlers, 'dataObjects'),
    functions: namesOf(handlers, 'functions'),
    auth: namesOf(handlers, 'auth'),
  };
}

function namesOf(handlers: readonly ScriptHandler[], kind: ScriptHandler['kind']): string[] {
  return [...new Set(handlers.filter((one) => one.kind === kind).map(({ name }) => name))];
}
