/**
 * The little of an element that functions read which run in the page. (TypeScript's DOM library
 * would make `window` known everywhere in src.)
 */
export interface PageElement {
  readonly id: string;
  readonly className: string;
  readonly textContent: string | null;
  readonly style: { readonly top: string };
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
}

/** Text as a person reads it: lists and Monaco print spaces as U+00A0. */
export function plain(text: string | null | undefined): string {
  return (text ?? '').replace(/[\s\u00a0]+/g, ' ').trim();
}

/** A pattern of exactly this text. */
export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${escapePattern(text).replaceAll(' ', '[ \u00a0]')}\\s*$`);
}

export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export type Severity = 'info' | 'warning' | 'error' | 'none';

/** Which codicon a class list has. */
export function severityOf(className: string | null): Severity {
  const found = /codicon-(info|warning|error)\b/.exec(className ?? '')?.[1];
  return (found as Severity | undefined) ?? 'none';
}
