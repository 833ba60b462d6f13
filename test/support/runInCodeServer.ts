import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { CodeServer, installExtension } from './codeServer';
import { sparingSettings } from './quietSettings';
import { launchBrowser } from './vscodeWindow';

export interface SuiteRun {
  /** Scratch: what it writes here is kept after a failure. */
  dataDir: string;
  /** The folder that the window opens. */
  workspace: string;
  /** The extension that VS Code loads from its folder. */
  developed: string;
  suite: string;
  vsix?: string;
}

const timeoutMs = Number(process.env.TEST_HOST_TIMEOUT ?? 600_000);

/** Runs a suite in the extension host of code-server, its workbench in a browser; 0 is success. */
export async function runInCodeServer(run: SuiteRun): Promise<number> {
  const { dataDir } = run;
  const log = path.join(dataDir, 'tests.log');
  const result = process.env.TEST_RESULT ?? path.join(dataDir, 'result.json');
  if (run.vsix) await installExtension(dataDir, run.vsix);
  const server = await CodeServer.start({
    dataDir,
    development: true,
    settings: sparingSettings,
    env: { TEST_LOG: log, TEST_RESULT: result },
  });
  const browser = await launchBrowser(dataDir);
  const printer = printAsItGrows(log);
  try {
    const page = browser.pages()[0] ?? (await browser.newPage());
    const code = await runInPage(page, server, run);
    // VS Code reports 0 also for an extension host that crashed.
    if (!existsSync(result)) {
      throw new Error(`the extension host ended (code ${code}) before the tests did`);
    }
    return code;
  } finally {
    printer.stop();
    await browser.close();
    await server.stop();
  }
}

async function runInPage(page: Page, server: CodeServer, run: SuiteRun): Promise<number> {
  const workbenchLog = createWriteStream(path.join(run.dataDir, 'workbench.log'));
  const exit = new Promise<number>((resolve, reject) => {
    void page.exposeFunction('codeAutomationExit', resolve);
    page.on('crash', () => reject(new Error('the page of the workbench crashed')));
    const tooLong = new Error(`the tests did not end in ${timeoutMs / 1000} s`);
    setTimeout(() => reject(tooLong), timeoutMs).unref();
  });
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) =>
    workbenchLog.write(`[${type}] ${format(...args)}\n`),
  );
  await page.goto(suiteUrl(server, run));
  try {
    return await exit;
  } finally {
    await page.screenshot({ path: path.join(run.dataDir, 'last.png') });
    workbenchLog.end();
  }
}

function suiteUrl({ origin, authority }: CodeServer, run: SuiteRun): string {
  const payload = [
    ['extensionDevelopmentPath', `vscode-remote://${authority}${run.developed}`],
    ['extensionTestsPath', `vscode-remote://${authority}${run.suite}`],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  return `${origin}/?folder=${run.workspace}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

function printAsItGrows(file: string): { stop: () => void } {
  let printed = 0;
  const print = () => {
    if (!existsSync(file)) return;
    const text = readFileSync(file);
    process.stdout.write(text.subarray(printed));
    printed = text.length;
  };
  const timer = setInterval(print, 200);
  return {
    stop: () => {
      clearInterval(timer);
      print();
    },
  };
}
