import type { Locator, Page } from 'playwright-core';
import { plain, type PageElement } from './pageElement';

/** The menu that is open: of a right click, of '…', or of an icon in the activity bar. */
export class Menu {
  private readonly menu: Locator;

  constructor(private readonly page: Page) {
    this.menu = page.locator('.monaco-menu').last();
  }

  async expect(timeout?: number): Promise<void> {
    await this.menu.locator('.action-menu-item').first().waitFor({ timeout });
  }

  /** The labels from top to bottom; empty when no menu is open. */
  async items(): Promise<string[]> {
    const labels = await this.menu
      .locator('.action-menu-item .action-label')
      .evaluateAll((elements: PageElement[]) => elements.map((label) => label.textContent));
    return labels.map(plain);
  }

  /** Chooses an item; a path of labels goes into submenus. */
  async choose(...labels: string[]): Promise<void> {
    await this.expect();
    for (const [depth, label] of labels.entries()) {
      const item = this.page
        .locator('.monaco-menu .action-menu-item')
        .filter({ has: this.page.locator(`.action-label[aria-label^="${label}"]`) })
        .last();
      if (depth < labels.length - 1) await item.hover();
      else await item.click();
    }
  }

  async close(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.menu.waitFor({ state: 'detached' });
  }
}
