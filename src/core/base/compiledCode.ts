/**
 * Lets Node.js keep what it compiles of the scripts that follow in a folder, so that they start
 * sooner the next time; a folder of ours, since whoever can write to it decides what runs. Nothing
 * where it cannot be written, NODE_DISABLE_COMPILE_CACHE is set, NODE_COMPILE_CACHE names another,
 * or the Node.js cannot (before 22.1). For entry files: an old Node.js reads it too.
 */
export function keepCompiledCode(folder: string): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- typed as what may be absent
  (require('node:module') as Loader).enableCompileCache?.(folder);
}

interface Loader {
  enableCompileCache?: (folder: string) => unknown;
}
