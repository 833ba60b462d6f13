import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { plain } from './pageElement';

/** The terminal that the panel below the editors shows. */
export class Terminal {
  private readonly rows: Locator;

  constructor(page: Page) {
    this.rows = page.locator('.part.panel:visible .terminal-wrapper.active .xterm-rows > div');
  }

  /** Waits for what may be broken into several lines; answers all that is shown. */
  async expect(text: string | RegExp): Promise<string> {
    return until(`${String(text)} in the terminal`, async () => {
      const shown = (await this.rows.allTextContents()).map(plain).join(' ');
      return (typeof text === 'string' ? shown.includes(text) : text.test(shown)) && shown;
    });
  }
}
