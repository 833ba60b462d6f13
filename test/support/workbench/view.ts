import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import { Menu } from './menu';
import { exactly, plain, type PageElement } from './pageElement';

export interface TreeRow {
  level: number;
  label: string;
  description: string;
  expanded: boolean | undefined;
  selected: boolean;
  /** The icon's classes, such as 'codicon-pass'. */
  icon: string;
}

/** One view of a side bar, with its tree or its welcome text. */
export class View {
  readonly pane: Locator;

  constructor(
    private readonly page: Page,
    readonly name: string,
  ) {
    this.pane = page.locator('.pane').filter({
      has: page.locator('.pane-header .title', { hasText: exactly(name) }),
    });
  }

  /** Opens a view that is folded to its header. */
  async unfold(): Promise<void> {
    const header = this.pane.locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    await this.pane.locator('.pane-header[aria-expanded="true"]').waitFor();
  }

  async fold(): Promise<void> {
    await this.pane.locator('.pane-header[aria-expanded="true"]').click();
    await this.pane.locator('.pane-header[aria-expanded="false"]').waitFor();
  }

  /** The rendered rows: a list is virtual, so use a tall window for a long tree. */
  async rows(): Promise<TreeRow[]> {
    await this.treeRows.first().waitFor();
    const read = await this.treeRows.evaluateAll((elements: PageElement[]) =>
      elements.map((row) => ({
        index: Number(row.getAttribute('data-index')),
        level: Number(row.getAttribute('aria-level')),
        label: row.querySelector('.label-name')?.textContent,
        description: row.querySelector('.label-description')?.textContent,
        expanded: row.getAttribute('aria-expanded'),
        selected: row.getAttribute('aria-selected') === 'true',
        icon: row.querySelector('.custom-view-tree-node-item-icon')?.className,
      })),
    );
    return read
      .sort((a, b) => a.index - b.index)
      .map(({ level, label, description, expanded, selected, icon }) => ({
        level,
        label: plain(label),
        description: plain(description),
        expanded: expanded === null ? undefined : expanded === 'true',
        selected,
        icon: (icon?.match(/codicon-[\w-]+/g) ?? []).join(' '),
      }));
  }

  /** The rows as an indented outline: '  orders · some description'. */
  async outline(): Promise<string[]> {
    const rows = await this.rows();
    return rows.map(({ level, label, description }) => {
      const text = description ? `${label} · ${description}` : label;
      return '  '.repeat(level - 1) + text;
    });
  }

  /** Waits until the rows are as wanted, and returns them. */
  async expectRows(what: string, isWanted: (rows: TreeRow[]) => boolean): Promise<TreeRow[]> {
    return until(`${what} in ${this.name}`, async () => {
      const rows = await this.rows();
      return isWanted(rows) && rows;
    });
  }

  row(label: string): Locator {
    return this.treeRows
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) })
      .first();
  }

  async select(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** Opens the rows of a path from the root down, and waits for what is below the last one. */
  async expand(...labels: string[]): Promise<void> {
    for (const label of labels) {
      const row = this.row(label);
      if ((await row.getAttribute('aria-expanded')) !== 'true') {
        await row.locator('.monaco-tl-twistie').click();
      }
      await this.expectRows(`something below ${label}`, (rows) => {
        const at = rows.findIndex((candidate) => candidate.label === label);
        return (rows[at + 1]?.level ?? 0) > (rows[at]?.level ?? 0);
      });
    }
  }

  async openContextMenu(label: string): Promise<Menu> {
    await this.row(label).click({ button: 'right' });
    const menu = new Menu(this.page);
    await menu.expect();
    return menu;
  }

  /** The titles of the icons at the right of a row. */
  async inlineActions(label: string): Promise<string[]> {
    await this.row(label).hover();
    return titlesOf(this.row(label).locator('.actions .action-label'));
  }

  async clickInlineAction(label: string, title: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^="${title}"]`).click();
  }

  async titleActions(): Promise<string[]> {
    await this.pane.locator('.pane-header').hover();
    return titlesOf(this.pane.locator('.pane-header .actions .action-label'));
  }

  async clickTitleAction(title: string): Promise<void> {
    await this.pane.locator('.pane-header').hover();
    await this.pane.locator(`.pane-header .action-label[aria-label^="${title}"]`).click();
  }

  /** What an empty view says, and its buttons. */
  async welcome(): Promise<{ text: string; buttons: string[] }> {
    const content = this.pane.locator('.welcome-view-content:visible');
    await content.waitFor();
    return {
      text: (await content.locator('p').allInnerTexts()).map(plain).filter(Boolean).join('\n'),
      buttons: (await content.locator('.monaco-button').allInnerTexts()).map(plain),
    };
  }

  async clickWelcome(button: string): Promise<void> {
    const content = this.pane.locator('.welcome-view-content:visible');
    await content.locator('.monaco-button', { hasText: exactly(button) }).click();
  }

  private get treeRows(): Locator {
    return this.pane.locator('.monaco-list-row[role="treeitem"]');
  }
}

async function titlesOf(actions: Locator): Promise<string[]> {
  const titles = await actions.evaluateAll((elements: PageElement[]) =>
    elements.map((action) => action.getAttribute('aria-label')),
  );
  return titles.map(plain).filter(Boolean);
}
