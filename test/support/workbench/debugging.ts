import type { Page } from 'playwright-core';
import { until } from '../until';
import { plain } from './pageElement';

/** The debugger, driven by the keys that a person uses. */
export class Debugging {
  constructor(private readonly page: Page) {}

  async start(): Promise<void> {
    await this.page.keyboard.press('F5');
    await this.expectRunning();
  }

  async expectRunning(timeoutMs?: number): Promise<void> {
    await this.page.locator('.debug-toolbar').waitFor({ timeout: timeoutMs });
  }

  /** Waits until execution stands still, and tells the frame on top: 'handler functions.js 12:5'. */
  async expectStopped(text: string | RegExp, timeoutMs?: number): Promise<string> {
    const top = this.page.locator('.debug-call-stack .stack-frame').first();
    await top.filter({ hasText: text }).waitFor({ timeout: timeoutMs });
    return plain(await top.innerText());
  }

  /** Name and value of the variables that the Variables view has rendered. */
  async variables(): Promise<string[]> {
    const rows = this.page.locator('.debug-variables .monaco-list-row');
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).map(plain);
  }

  async resume(): Promise<void> {
    await this.page.keyboard.press('F5');
    await until('execution to go on', async () => {
      return (await this.page.locator('.debug-call-stack .stack-frame').count()) === 0;
    });
  }

  async stop(): Promise<void> {
    await this.page.keyboard.press('Shift+F5');
    await this.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  }
}
