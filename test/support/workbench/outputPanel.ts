import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { readLines } from './editorArea';
import { escapePattern, plain } from './pageElement';

/** The panel below the editors, as far as it shows output channels. */
export class OutputPanel {
  private readonly panel: Locator;

  constructor(page: Page) {
    this.panel = page.locator('.part.panel:visible');
  }

  /** Waits until the shown channel has rendered a matching line. */
  async expectLine(text: string | RegExp, timeoutMs?: number): Promise<void> {
    await this.panel
      .locator('.monaco-editor .view-line')
      .filter({ hasText: text })
      .first()
      .waitFor({ timeout: timeoutMs });
  }

  /** The rendered lines of the shown channel. */
  lines(): Promise<string[]> {
    return readLines(this.panel.locator('.monaco-editor .view-line'));
  }

  /** The name in the panel's list of channels. */
  async channel(): Promise<string> {
    return plain(await this.panel.locator('select option:checked').first().textContent());
  }
}

/** All of an output channel, from the log that VS Code keeps of it on the server's side. */
export function readOutputLog(dataDir: string, name: string): string {
  const logs = path.join(dataDir, 'user/logs');
  const fileName = escapePattern(name.replace(/[\\/:*?"<>|]/g, ''));
  const isChannel = new RegExp(`(output_logging_[^/]*/\\d+-|/)${fileName}\\.log$`);
  const last = readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((file) => isChannel.test(file))
    .sort()
    .at(-1);
  return last ? readFileSync(path.join(logs, last), 'utf8') : '';
}
