export type Theme = 'dark' | 'light';

export const themes: Readonly<Record<Theme, string>> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
};

/** User settings that leave nothing on the screen but the editor and the extension under test. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'window.autoDetectColorScheme': false,
  'workbench.reduceMotion': 'on',
  'keyboard.layout': 'autodetect',
  // As on a desktop: in a browser VS Code saves by itself.
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.editor.useModal': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'telemetry.telemetryLevel': 'off',
  // What it shows is then in the page.
  'terminal.integrated.gpuAcceleration': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

/** What else a window does without that no person works in: it takes a fifth of the time of a test. */
export const sparingSettings: Readonly<Record<string, unknown>> = {
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'typescript.tsserver.useSyntaxServer': 'always',
  'extensions.webWorker': false,
};
