import * as vscode from 'vscode';
import { AppError } from '../core/base/errors';

/** The element with this id, else the only one with this name, else (nothing given) the only one. */
export function chooseNamed<T extends { id: string; name: string }>(
  all: readonly T[],
  given: string | undefined,
  what: keyof typeof notFoundTexts,
): T {
  const matches =
    given === undefined ? all : all.filter(({ id, name }) => id === given || name === given);
  const [only] = matches;
  if (!only) {
    throw new AppError('notFound', notFoundTexts[what](given));
  }
  const exact = matches.find(({ id }) => id === given);
  if (matches.length > 1 && !exact) {
    const names = matches.map(({ name, id }) => `${name} (${id})`).join(', ');
    throw new AppError('ambiguous', ambiguousTexts[what](names));
  }
  return exact ?? only;
}

const notFoundTexts = {
  organization: (name?: string) =>
    name === undefined
      ? vscode.l10n.t('There is no organization.')
      : vscode.l10n.t('There is no such organization: {0}', name),
  service: (name?: string) =>
    name === undefined
      ? vscode.l10n.t('There is no service yet.')
      : vscode.l10n.t('There is no such service: {0}', name),
  environment: (name?: string) =>
    name === undefined
      ? vscode.l10n.t('The service has no environment.')
      : vscode.l10n.t('There is no such environment: {0}', name),
} as const;

const ambiguousTexts = {
  organization: (names: string) =>
    vscode.l10n.t('Several organizations fit, name one by its id: {0}', names),
  service: (names: string) => vscode.l10n.t('Several services fit, name one by its id: {0}', names),
  environment: (names: string) =>
    vscode.l10n.t('Several environments fit, name one by its id: {0}', names),
} as const;
