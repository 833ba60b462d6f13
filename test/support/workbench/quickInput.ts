import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { exactly, plain, type PageElement, type Severity } from './pageElement';

export interface QuickPickRow {
  label: string;
  description: string;
  detail: string;
  /** The heading above the row. */
  separator: string;
  checked: boolean;
}

/** The widget at the top of the window: quick picks and input boxes, one at a time. */
export class QuickInput {
  readonly widget: Locator;
  private readonly input: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget:visible');
    this.input = this.widget.locator('.quick-input-box input.input');
  }

  /** Waits for a step; `text` is what it must show as title, placeholder or prompt. */
  async expect(text?: string | RegExp): Promise<void> {
    await until(`a quick input ${text ? `that says ${String(text)}` : ''}`, async () => {
      if (!(await this.input.isVisible())) return false;
      if (!text) return true;
      const placeholder = await this.input.getAttribute('placeholder', { timeout: 1_000 });
      const shown = `${await this.text()} ${placeholder ?? ''}`;
      return typeof text === 'string' ? shown.includes(text) : text.test(shown);
    });
  }

  /** Everything the widget says, title, prompt and rows. */
  async text(): Promise<string> {
    return plain(await this.widget.innerText());
  }

  title(): Promise<string> {
    return this.widget.locator('.quick-input-title').innerText();
  }

  value(): Promise<string> {
    return this.input.inputValue();
  }

  /** Whether it shows that something is under way. */
  isBusy(): Promise<boolean> {
    return this.widget.locator('.monaco-progress-container.active').isVisible();
  }

  async isPassword(): Promise<boolean> {
    return (await this.input.getAttribute('type')) === 'password';
  }

  /** The rendered rows, which is all of a short list. */
  async rows(): Promise<QuickPickRow[]> {
    await this.expectRows();
    const rows = this.widget.locator('.quick-input-list .monaco-list-row');
    const read = await rows.evaluateAll((elements: PageElement[]) =>
      elements.map((row) => ({
        index: Number(row.getAttribute('data-index')),
        label: row.querySelector('.quick-input-list-row:first-child .label-name')?.textContent,
        description: row.querySelector('.label-description')?.textContent,
        detail: row.querySelector('.quick-input-list-label-meta')?.textContent,
        separator: row.querySelector('.quick-input-list-separator:not([style*="none"])')
          ?.textContent,
        checked: row.getAttribute('aria-checked') === 'true',
      })),
    );
    return read
      .sort((a, b) => a.index - b.index)
      .map((row) => ({
        label: plain(row.label),
        description: plain(row.description),
        detail: plain(row.detail),
        separator: plain(row.separator),
        checked: row.checked,
      }));
  }

  /** Chooses a row by its label. */
  async pick(label: string, step?: string | RegExp): Promise<void> {
    await this.expect(step);
    const row = this.widget
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) })
      .first();
    await row.click();
  }

  /** Narrows the list by typing, then accepts the first row, which must contain the text. */
  async filterAndPick(text: string, step?: string | RegExp): Promise<void> {
    await this.type(text, step);
    await this.widget.locator('.monaco-list-row').first().filter({ hasText: text }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Replaces what the box holds, without accepting it. */
  async type(text: string, step?: string | RegExp): Promise<void> {
    await this.expect(step);
    await this.input.fill(text);
  }

  async answer(text: string, step?: string | RegExp): Promise<void> {
    await this.type(text, step);
    await this.accept();
  }

  async accept(): Promise<void> {
    await this.page.keyboard.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  /** Goes back a step where the flow offers it. */
  async back(): Promise<void> {
    await this.widget.locator('.codicon-quick-input-back').click();
  }

  /** Presses a button of the title bar or beside the box, by its tooltip. */
  async pressButton(tooltip: string): Promise<void> {
    await this.widget.locator(`.action-label[aria-label*="${tooltip}"]`).first().click();
  }

  /** Waits for a message below the box that complains. */
  async expectValidation(text: string | RegExp): Promise<{ text: string; severity: Severity }> {
    const message = this.widget.locator('.quick-input-message').filter({ hasText: text });
    await message.waitFor();
    const box = this.widget.locator('.quick-input-box .monaco-inputbox');
    const severity = /\b(info|warning|error)\b/.exec((await box.getAttribute('class')) ?? '')?.[1];
    return {
      text: plain(await message.innerText()),
      severity: (severity as Severity | undefined) ?? 'none',
    };
  }

  private async expectRows(): Promise<void> {
    await this.widget.locator('.quick-input-list .monaco-list-row').first().waitFor();
  }
}
