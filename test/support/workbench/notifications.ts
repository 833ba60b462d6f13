import type { Locator, Page } from 'playwright-core';
import { exactly, plain, severityOf, type Severity } from './pageElement';

/** A toast at the lower right. */
export class Notification {
  private readonly buttonBar: Locator;

  constructor(readonly toast: Locator) {
    this.buttonBar = toast.locator('.notification-list-item-buttons-container');
  }

  async text(): Promise<string> {
    return plain(await this.toast.locator('.notification-list-item-message').innerText());
  }

  async severity(): Promise<Severity> {
    return severityOf(
      await this.toast.locator('.notification-list-item-icon').getAttribute('class'),
    );
  }

  async buttons(): Promise<string[]> {
    return (await this.buttonBar.locator('.monaco-button:visible').allInnerTexts()).map(plain);
  }

  /** Whether it shows the progress of something. */
  hasProgress(): Promise<boolean> {
    return this.toast.locator('xpath=..').locator('.monaco-progress-container.active').isVisible();
  }

  async click(button: string): Promise<void> {
    await this.buttonBar.locator('.monaco-button', { hasText: exactly(button) }).click();
  }

  async close(): Promise<void> {
    await this.toast.hover();
    await this.toast.locator('.codicon-notifications-clear').click();
    await this.expectGone();
  }

  async expectGone(timeoutMs?: number): Promise<void> {
    await this.toast.waitFor({ state: 'detached', timeout: timeoutMs });
  }
}

export class Notifications {
  constructor(private readonly page: Page) {}

  async expect(text: string | RegExp, timeoutMs?: number): Promise<Notification> {
    const toast = this.toasts.filter({ hasText: text }).first();
    await toast.waitFor({ timeout: timeoutMs });
    return new Notification(toast);
  }

  /** What all visible toasts say. */
  async texts(): Promise<string[]> {
    const messages = this.toasts.locator('.notification-list-item-message');
    return (await messages.allInnerTexts()).map(plain);
  }

  private get toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }
}
