import type { Page } from 'playwright-core';
import type { Theme } from './quietSettings';
import { until } from './until';
import { Debugging } from './workbench/debugging';
import { Dialog } from './workbench/dialog';
import { EditorArea } from './workbench/editorArea';
import { Menu } from './workbench/menu';
import { Notifications, type Notification } from './workbench/notifications';
import { OutputPanel } from './workbench/outputPanel';
import { exactly, plain } from './workbench/pageElement';
import { QuickInput } from './workbench/quickInput';
import { StatusBar } from './workbench/statusBar';
import { Terminal } from './workbench/terminal';
import { View } from './workbench/view';

/** VS Code's window as a person uses it. Everything waits for what it needs, up to a minute. */
export class Workbench {
  readonly quickInput: QuickInput;
  readonly notifications: Notifications;
  readonly statusBar: StatusBar;
  readonly editors: EditorArea;
  readonly output: OutputPanel;
  readonly terminal: Terminal;
  readonly debugging: Debugging;

  constructor(readonly page: Page) {
    page.setDefaultTimeout(60_000);
    this.quickInput = new QuickInput(page);
    this.notifications = new Notifications(page);
    this.statusBar = new StatusBar(page);
    this.editors = new EditorArea(page, this.quickInput, this.statusBar);
    this.output = new OutputPanel(page);
    this.terminal = new Terminal(page);
    this.debugging = new Debugging(page);
  }

  /** Opens a folder or workspace file (else an empty window) and waits until it is drawn. */
  async open(origin: string, opened?: string): Promise<void> {
    if (opened?.endsWith('.code-workspace')) {
      await this.openWorkspace(`${origin}/?workspace=${encodeURI(opened)}`);
    } else {
      await this.page.goto(`${origin}/?${opened ? `folder=${encodeURI(opened)}` : 'ew=true'}`);
      await this.expectDrawn();
    }
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.expectDrawn();
  }

  /** Runs a command by its full title, such as 'Flex: Deploy'; commands arrive late at start-up. */
  async runCommand(title: string): Promise<void> {
    await until(`the command '${title}' in the palette`, async () => {
      await this.openPalette(title);
      const row = this.quickInput.widget
        .locator('.monaco-list-row')
        .filter({ has: this.page.locator('.label-name', { hasText: exactly(title) }) })
        .first();
      const isThere = await row.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
      if (isThere) await row.click();
      else await this.quickInput.cancel();
      return isThere;
    });
  }

  /** The titles that the palette offers for a filter, once they are as wanted. */
  async findCommands(
    filter: string,
    isWanted: (titles: string[]) => boolean = (titles) => titles.length > 0,
  ): Promise<string[]> {
    await this.openPalette(filter);
    const names = this.quickInput.widget.locator(
      '.monaco-list-row .quick-input-list-row:first-child .label-name',
    );
    const titles = await until(`commands for '${filter}'`, async () => {
      const shown = (await names.allInnerTexts()).map(plain);
      return isWanted(shown) && shown;
    });
    await this.quickInput.cancel();
    return titles;
  }

  expectNotification(text: string | RegExp, timeoutMs?: number): Promise<Notification> {
    return this.notifications.expect(text, timeoutMs);
  }

  /** Answers a modal dialog. */
  async answerDialog(text: string | RegExp, button: string): Promise<void> {
    await (await Dialog.expect(this.page, text)).click(button);
  }

  /** Shows a view container of the activity bar. */
  async openActivity(title: string): Promise<void> {
    const tab = this.page.locator(
      `.activitybar .action-item:has(.action-label[aria-label^="${title}"])`,
    );
    await tab.waitFor();
    const isOpen =
      (await tab.getAttribute('aria-selected')) === 'true' ||
      /\bchecked\b/.test((await tab.getAttribute('class')) ?? '');
    if (!isOpen) await tab.click();
  }

  view(name: string): View {
    return new View(this.page, name);
  }

  /** What the menu of the person icon at the lower left offers. */
  async readAccounts(): Promise<string[]> {
    const menu = await this.openAccountsMenu();
    const items = await menu.items();
    await menu.close();
    return items;
  }

  /**
   * Opens that menu. At start-up it may say 'Loading...' until it is opened anew, or be closed by
   * an editor that takes the focus.
   */
  async openAccountsMenu(): Promise<Menu> {
    const menu = new Menu(this.page);
    await until('the Accounts menu', async () => {
      await this.page.locator('.activitybar .action-label[aria-label^="Accounts"]').click();
      await menu.expect(2_000);
      const isComplete = !(await menu.items()).includes('Loading...');
      if (!isComplete) await menu.close();
      return isComplete;
    });
    return menu;
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.filterAndPick(theme === 'dark' ? 'Dark Modern' : 'Light Modern');
    await this.page.locator(`.monaco-workbench.${theme === 'dark' ? 'vs-dark' : 'vs'}`).waitFor();
  }

  private async openPalette(filter: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.type(`>${filter}`);
  }

  /**
   * In a browser VS Code reads a workspace file while it starts, and may miss what it holds where it
   * never opened it before (seen in each third start on a busy machine): then the window stays
   * without folders until it is opened anew.
   */
  private async openWorkspace(url: string): Promise<void> {
    const sidebar = this.page.locator('.part.sidebar .composite.viewlet');
    const folders = sidebar.locator('.explorer-folders-view .monaco-list-row');
    const otherThanExplorer = sidebar.and(
      this.page.locator(':not([id="workbench.view.explorer"])'),
    );
    await until('the folders of the workspace', async () => {
      await this.page.goto(url);
      await this.expectDrawn();
      await folders.or(otherThanExplorer).first().waitFor({ timeout: 10_000 });
      return true;
    });
  }

  private async expectDrawn(): Promise<void> {
    await this.page.locator('.part.statusbar .statusbar-item').first().waitFor();
  }
}
