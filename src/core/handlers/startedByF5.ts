/** What F5 depends on, of one folder of the window. */
export interface F5Folder {
  readonly folder: string;
  /** Whether it depends on kinvey-flex-sdk. */
  readonly flex: boolean;
  /** Whether launch configurations of the person's own are there. */
  readonly hasLaunch: boolean;
}

/**
 * Whether F5 without a launch.json means a Flex service of the window. F5 belongs to the folder of
 * the active editor; where no editor is in a folder, to all of them.
 */
export function isStartedByF5(folders: readonly F5Folder[], active: string | undefined): boolean {
  const here = folders.filter(({ folder }) => folder === active);
  const meant = here.length > 0 ? here : folders;
  return meant.some(({ flex }) => flex) && !meant.some(({ hasLaunch }) => hasLaunch);
}
