// Runs out/test/integration/suite.js inside the extension host of a real VS Code:
// the desktop one that VSCODE_EXECUTABLE names, else code-server driven by headless Chromium.
// TEST_VSIX: test that packaged extension instead of the checkout's dist/. MOCHA_GREP narrows.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkout } from './checkout';
import { endLeftOvers } from './leftOvers';
import { copyOrdersService } from './ordersService';
import { runInCodeServer, type SuiteRun } from './runInCodeServer';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';

const kept = path.join(checkout, 'out/integration-failed');

async function main(): Promise<void> {
  const dataDir = createScratchFolder('integration');
  const vsix = process.env.TEST_VSIX;
  const workspace = path.join(dataDir, 'orders-service');
  try {
    await copyOrdersService(workspace);
    const code = await run({
      dataDir,
      workspace,
      developed: vsix ? path.join(checkout, 'test/fixtures/driver') : checkout,
      suite: path.join(checkout, 'out/test/integration/index.js'),
      vsix,
    });
    if (code !== 0) keepLogs(dataDir);
    process.exitCode = code;
  } catch (error) {
    keepLogs(dataDir);
    console.error(error);
    process.exitCode = 1;
  } finally {
    await endLeftOvers(dataDir);
    removeScratchFolder(dataDir);
  }
}

async function run(suiteRun: SuiteRun): Promise<number> {
  const executable = process.env.VSCODE_EXECUTABLE;
  return executable ? runInDesktop(executable, suiteRun) : runInCodeServer(suiteRun);
}

async function runInDesktop(
  vscodeExecutablePath: string,
  { dataDir, workspace, developed, suite, vsix }: SuiteRun,
): Promise<number> {
  const { resolveCliPathFromVSCodeExecutablePath, runTests } =
    await import('@vscode/test-electron');
  const folders = [
    ...['--user-data-dir', path.join(dataDir, 'user')],
    ...['--extensions-dir', path.join(dataDir, 'extensions')],
  ];
  if (vsix) {
    const cli = resolveCliPathFromVSCodeExecutablePath(vscodeExecutablePath);
    execFileSync(cli, [...folders, '--install-extension', vsix, '--force']);
  }
  return runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: developed,
    extensionTestsPath: suite,
    launchArgs: [workspace, ...folders, '--disable-workspace-trust'],
  });
}

/** What VS Code logged, and the last picture of its window. */
function keepLogs(dataDir: string): void {
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  for (const name of ['server.log', 'workbench.log', 'last.png', 'user/logs']) {
    const from = path.join(dataDir, name);
    if (existsSync(from)) cpSync(from, path.join(kept, name), { recursive: true });
  }
  console.error(`VS Code's logs: ${path.relative(process.cwd(), kept)}`);
}

void main();
