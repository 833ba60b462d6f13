import * as vscode from 'vscode';

/** Of every box that is shown while somebody signs in. */
export const signInTitle = vscode.l10n.t('Sign In to Kinvey');
