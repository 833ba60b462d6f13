import { createScratchFolder, removeScratchFolder } from './scratchFolder';

/**
 * A scratch folder of its own for each test of the surrounding `describe`, removed afterwards;
 * answers its path.
 */
export function useTempFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = createScratchFolder('unit');
  });
  afterEach(() => removeScratchFolder(folder));
  return () => folder;
}
