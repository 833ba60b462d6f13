import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { plain, type PageElement } from './pageElement';

export type StatusBarKind = 'normal' | 'warning' | 'error' | 'prominent';

export interface StatusBarEntry {
  id: string;
  text: string;
  /** What a screen reader says: the text and the tooltip. */
  label: string;
  kind: StatusBarKind;
  /** The icons in the text, such as 'sync~spin' or 'warning'. */
  icons: string[];
}

export class StatusBar {
  private readonly items: Locator;

  constructor(private readonly page: Page) {
    this.items = page.locator('.part.statusbar .statusbar-item:visible');
  }

  async entries(): Promise<StatusBarEntry[]> {
    const read = await this.items.evaluateAll((elements: PageElement[]) =>
      elements.map((item) => ({
        id: item.id,
        className: item.className,
        text: item.textContent,
        label: item.querySelector('[aria-label]')?.getAttribute('aria-label'),
        icon: item.querySelector('.codicon')?.className ?? '',
      })),
    );
    return read.map(({ id, className, text, label, icon }) => ({
      id,
      text: plain(text),
      label: plain(label),
      kind: kindOf(className),
      icons: [...icon.matchAll(/codicon-(?!modifier)([\w-]+)/g)].map((match) => match[1] ?? ''),
    }));
  }

  /** Waits for an entry whose text matches. */
  async expect(text: string | RegExp, timeoutMs?: number): Promise<StatusBarEntry> {
    const matches = (entry: StatusBarEntry) =>
      typeof text === 'string' ? entry.text.includes(text) : text.test(entry.text);
    return until(
      `a status bar entry ${String(text)}`,
      async () => (await this.entries()).find(matches),
      timeoutMs,
    );
  }

  async click(text: string | RegExp): Promise<void> {
    await this.items.filter({ hasText: text }).first().locator('.statusbar-item-label').click();
  }

  /** The tooltip, which is drawn only under the mouse. */
  async tooltip(text: string | RegExp): Promise<string> {
    await this.items.filter({ hasText: text }).first().hover();
    const hover = this.page.locator('.workbench-hover-container .monaco-hover:visible');
    await hover.first().waitFor();
    return plain(await hover.first().innerText());
  }
}

function kindOf(className: string): StatusBarKind {
  const kind = /\b(warning|error|prominent)-kind\b/.exec(className)?.[1];
  return (kind as StatusBarKind | undefined) ?? 'normal';
}
