import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { CodeServer, homeOf, installExtension, type CodeServerOptions } from './codeServer';
import { endLeftOvers } from './leftOvers';
import { sparingSettings } from './quietSettings';
import { createScratchFolder, removeScratchFolder } from './scratchFolder';
import { getChromium } from './testHost';
import { Workbench } from './workbench';

export interface VscodeWindowOptions extends Omit<CodeServerOptions, 'dataDir' | 'port'> {
  /** The folder to open; absent: an empty window. */
  folder?: string;
  /** A packaged extension to install. */
  vsix?: string;
  viewport?: { width: number; height: number };
}

const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Pages live for a minute: what the compiler would make faster is over before it is ready.
  '--js-flags=--no-opt,--no-maglev',
];

/** Without a graphics card each turn of a spinner is drawn by the processor, and nobody watches. */
const stopAnimations = `document.addEventListener('DOMContentLoaded', () => {
  const style = document.createElement('style');
  style.textContent = '*, ::before, ::after { animation: none !important; transition: none !important }';
  document.head.append(style);
});`;

/** Opens the workbench's page in a browser whose profile, and so VS Code's secrets, lie in `dataDir`. */
export async function launchBrowser(
  dataDir: string,
  viewport = { width: 1280, height: 800 },
): Promise<BrowserContext> {
  const browser = await chromium.launchPersistentContext(path.join(dataDir, 'chromium'), {
    executablePath: getChromium(),
    args: browserArgs,
    viewport,
    // On a signal our own process ends the browser, after what else there is to clean up.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  await browser.addInitScript({ content: stopAnimations });
  return browser;
}

/** A VS Code of one's own: server, browser, home folder and settings, all gone after `close`. */
export class VscodeWindow {
  private constructor(
    private readonly options: VscodeWindowOptions,
    readonly dataDir: string,
    private server: CodeServer,
    private browser: BrowserContext,
    private shown: Workbench,
  ) {}

  static async open(options: VscodeWindowOptions = {}): Promise<VscodeWindow> {
    const dataDir = createScratchFolder('vscode');
    if (options.vsix) await installExtension(dataDir, options.vsix);
    return new VscodeWindow(options, dataDir, ...(await start(dataDir, options)));
  }

  get workbench(): Workbench {
    return this.shown;
  }

  /** HOME of the extension and of what it starts. */
  get home(): string {
    return homeOf(this.dataDir);
  }

  get origin(): string {
    return this.server.origin;
  }

  /** Quits VS Code and opens it again, with the secrets and the state that it kept. */
  async restart(): Promise<void> {
    const { port } = this.server;
    await this.quit();
    const started = await start(this.dataDir, this.options, port);
    [this.server, this.browser, this.shown] = started;
  }

  async close(): Promise<void> {
    await this.quit();
    await endLeftOvers(this.dataDir);
    removeScratchFolder(this.dataDir);
  }

  private async quit(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

async function start(
  dataDir: string,
  options: VscodeWindowOptions,
  port?: number,
): Promise<[CodeServer, BrowserContext, Workbench]> {
  mkdirSync(dataDir, { recursive: true });
  const settings = { ...sparingSettings, ...options.settings };
  const server = await CodeServer.start({ ...options, dataDir, port, settings });
  const browser = await launchBrowser(dataDir, options.viewport);
  const workbench = new Workbench(browser.pages()[0] ?? (await browser.newPage()));
  await workbench.open(server.origin, options.folder);
  return [server, browser, workbench];
}
