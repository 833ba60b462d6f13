import type { Options } from 'write-file-atomic';

/**
 * Writes a whole file: whoever reads it meanwhile, or after a crash, finds what it held before or
 * what it holds now. Throws what the disk throws.
 */
export async function writeAtomic(
  file: string,
  content: string | Buffer,
  options?: Options,
): Promise<void> {
  // Loaded here: most starts write nothing.
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(file, content, options);
}
