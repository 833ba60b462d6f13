import { checkFolder, type Preflight } from '../../../core/deploy/checks/preflight';
import type { Finding } from '../../../core/review/finding';
import { settings } from '../../settings';
import { saveEditors, unsavedFindings } from './unsavedEditors';

export interface FolderCheck extends Preflight {
  /** Editors with changes that the check knows nothing of, since it goes by the disk. */
  readonly unsaved: readonly Finding[];
}

/**
 * Checks everything that can be checked without the instance, as it is on the disk, after those of
 * the findings are saved that are unsaved editors. What cannot be saved is one of the problems.
 */
export async function checkSaved(
  folder: string,
  findings: readonly Finding[],
): Promise<FolderCheck> {
  const lost = await saveEditors(folder, findings);
  const check = await checkFolder(folder, { asCli: settings.isCliBundleWanted(folder) });
  const unsaved = unsavedFindings(check.bundle ?? { folder, excluded: [] }).filter(
    ({ file }) => !lost.some((one) => one.file === file),
  );
  return { ...check, problems: [...lost, ...check.problems], unsaved };
}
