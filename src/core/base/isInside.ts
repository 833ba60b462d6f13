import path from 'node:path';

/** Whether a path is a folder itself or leads into it; both absolute. `paths`: of which system. */
export function isInside(folder: string, file: string, paths: path.PlatformPath = path): boolean {
  const relative = paths.relative(folder, file);
  const leaves = relative === '..' || relative.startsWith(`..${paths.sep}`);
  // From one drive of Windows to another leads no relative path.
  return !leaves && !paths.isAbsolute(relative);
}
