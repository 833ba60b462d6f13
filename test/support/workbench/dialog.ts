import type { Locator, Page } from 'playwright-core';
import { plain } from './pageElement';

/** A modal dialog. */
export class Dialog {
  constructor(private readonly box: Locator) {}

  static async expect(page: Page, text: string | RegExp): Promise<Dialog> {
    const box = page.locator('.monaco-dialog-box').filter({ hasText: text });
    await box.waitFor();
    return new Dialog(box);
  }

  async message(): Promise<string> {
    return plain(await this.box.locator('.dialog-message-text').innerText());
  }

  async detail(): Promise<string> {
    return plain(await this.box.locator('.dialog-message-detail').innerText());
  }

  async buttons(): Promise<string[]> {
    return (await this.box.locator('.dialog-buttons .monaco-button').allInnerTexts()).map(plain);
  }

  async escape(): Promise<void> {
    await this.box.page().keyboard.press('Escape');
    await this.box.waitFor({ state: 'detached' });
  }

  async click(button: string): Promise<void> {
    await this.box.locator('.monaco-button', { hasText: button }).first().click();
    await this.box.waitFor({ state: 'detached' });
  }
}
