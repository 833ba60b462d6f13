import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { exactly, plain, type PageElement } from './pageElement';
import type { QuickInput } from './quickInput';
import type { StatusBar } from './statusBar';

/** The editors in the middle of the window. */
export class EditorArea {
  private readonly group: Locator;

  constructor(
    private readonly page: Page,
    private readonly quickInput: QuickInput,
    private readonly statusBar: StatusBar,
  ) {
    this.group = page.locator('.editor-group-container.active');
  }

  /** Opens a file by its name, and puts the cursor on a line. */
  async open(name: string, line?: number): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.quickInput.filterAndPick(name);
    await this.expectTab(name.split('/').at(-1) ?? name);
    await this.group.locator('.monaco-editor.focused').waitFor();
    if (line) await this.goToLine(line);
  }

  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput.type(`:${line}`);
    await this.quickInput.widget.locator('.monaco-list-row', { hasText: `${line}` }).waitFor();
    await this.quickInput.accept();
    await this.statusBar.expect(`Ln ${line},`);
  }

  /** F9 on a line of a file, until the red dot is there. */
  async toggleBreakpoint(name: string, line: number): Promise<void> {
    const dots = this.page.locator(
      '.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified',
    );
    await this.open(name, line);
    const before = await dots.count();
    await this.page.keyboard.press('F9');
    await until('the breakpoint', async () => (await dots.count()) !== before);
  }

  async expectTab(name: string | RegExp): Promise<void> {
    await this.group.locator('.tab.active').filter({ hasText: name }).waitFor();
  }

  async activeTab(): Promise<string> {
    return plain(await this.group.locator('.tab.active').getAttribute('data-resource-name'));
  }

  /** The lines of the active editor that are rendered. */
  lines(): Promise<string[]> {
    return readLines(this.group.locator('.monaco-editor .view-line'));
  }

  /** Opens a file, writes to where a line begins, and leaves it unsaved. */
  async writeUnsaved(name: string, text: string, line = 1): Promise<void> {
    await this.open(name, line);
    await this.page.keyboard.press('Home');
    await this.page.keyboard.insertText(text);
    await this.group.locator('.tab.active.dirty').waitFor();
  }

  /** Clicks into the active editor, whatever else asks, writes there and leaves it unsaved. */
  async type(text: string): Promise<void> {
    await this.group.locator('.monaco-editor .view-line').last().click();
    await this.page.keyboard.insertText(text);
    await this.group.locator('.tab.active.dirty').waitFor();
  }

  /** The names of the open files that are not saved. */
  async unsaved(): Promise<string[]> {
    const tabs = await this.page
      .locator('.tab.dirty')
      .evaluateAll((elements: PageElement[]) =>
        elements.map((tab) => tab.getAttribute('data-resource-name')),
      );
    return tabs.map(plain);
  }

  async titleActions(): Promise<string[]> {
    const labels = await this.group
      .locator('.editor-actions .action-label')
      .evaluateAll((elements: PageElement[]) =>
        elements.map((action) => action.getAttribute('aria-label')),
      );
    return labels.map(plain).filter(Boolean);
  }

  async clickTitleAction(title: string): Promise<void> {
    await this.group.locator(`.editor-actions .action-label[aria-label^="${title}"]`).click();
  }

  async closeAll(): Promise<void> {
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+W');
    await this.page.locator('.editor-group-container .tab').first().waitFor({ state: 'detached' });
  }

  tab(name: string): Locator {
    return this.page.locator('.tab').filter({ hasText: exactly(name) });
  }
}

/** Monaco's rendered lines, from top to bottom. */
export async function readLines(lines: Locator): Promise<string[]> {
  const read = await lines.evaluateAll((elements: PageElement[]) =>
    elements.map((line) => ({ top: parseFloat(line.style.top), text: line.textContent ?? '' })),
  );
  return read
    .sort((a, b) => a.top - b.top)
    .map((line) => line.text.replace(/\u00a0/g, ' ').trimEnd());
}
