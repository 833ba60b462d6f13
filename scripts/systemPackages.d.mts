export function ensureCompiler(progress: (words: string) => void): void;
