import { execFileSync } from 'node:child_process';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';

export interface SmallDisk {
  readonly folder: string;
  remove(): void;
}

/** A disk of its own that is soon full; undefined where this system lets nobody mount one. */
export function createSmallDisk(kilobytes: number): SmallDisk | undefined {
  const folder = createScratchFolder('disk');
  const options = `size=${kilobytes}k,mode=0777`;
  if (!run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder)) {
    removeScratchFolder(folder);
    return undefined;
  }
  return {
    folder,
    remove: () => {
      run('umount', folder);
      removeScratchFolder(folder);
    },
  };
}

/** As root, or as who may become root without a password. */
function run(...command: string[]): boolean {
  return [command, ['sudo', '-n', ...command]].some(([program = '', ...words]) => {
    try {
      execFileSync(program, words, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}
