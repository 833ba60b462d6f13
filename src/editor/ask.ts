import * as vscode from 'vscode';
import { cancelled } from '../core/base/errors';
import { throwIfAborted } from '../core/base/retry';

export interface Choice<T> {
  label: string;
  description?: string;
  detail?: string;
  icon?: string;
  value: T;
}

export interface PickOptions {
  title: string;
  placeholder: string;
  /** Take the only choice without a question. */
  skipSingle?: boolean;
}

/**
 * Lets a person choose; Escape throws `cancelled`. Where the choices have to be asked for, the box
 * is there at once and busy until they are, and Escape aborts the signal.
 */
export async function pick<T>(
  choices: readonly Choice<T>[] | ((signal: AbortSignal) => Promise<readonly Choice<T>[]>),
  { title, placeholder, skipSingle = false }: PickOptions,
): Promise<T> {
  const known =
    typeof choices === 'function' ? await whileBusy({ title, placeholder }, choices) : choices;
  const [only] = known;
  if (skipSingle && only && known.length === 1) {
    return only.value;
  }
  const items = known.map(({ icon, label, ...rest }) => ({
    ...rest,
    label: icon ? `$(${icon}) ${label}` : label,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: placeholder,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (!picked) {
    throw cancelled();
  }
  return picked.value;
}

async function whileBusy<T>(
  { title, placeholder }: PickOptions,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const box = vscode.window.createQuickPick();
  Object.assign(box, { title, placeholder, ignoreFocusOut: true, busy: true });
  const abort = new AbortController();
  try {
    return await new Promise<T>((resolve, reject) => {
      box.onDidHide(() => reject(cancelled()));
      box.show();
      read(abort.signal).then(resolve, reject);
    });
  } finally {
    abort.abort();
    box.dispose();
  }
}

export interface InputOptions {
  title: string;
  prompt: string;
  value?: string;
  placeholder?: string;
  password?: boolean;
  /** The sentence that says what is wrong with the text; undefined when it is fine. */
  validate?: (text: string) => string | undefined;
}

/** Lets a person type; Escape throws `cancelled`. */
export async function input(options: InputOptions): Promise<string> {
  return inputUntil(options, (text) => Promise.resolve({ ok: true, value: text }));
}

export type Attempt<T> = { ok: true; value: T } | { ok: false; message: string };

/**
 * Lets a person type until `attempt` takes it: what is wrong is told in the same box, which stays
 * open and busy meanwhile. Escape throws `cancelled`, and so does the signal given to `attempt`.
 */
export async function inputUntil<T>(
  { title, prompt, value, placeholder, password = false, validate }: InputOptions,
  attempt: (text: string, signal: AbortSignal) => Promise<Attempt<T>>,
): Promise<T> {
  const box = vscode.window.createInputBox();
  Object.assign(box, { title, prompt, placeholder, password, ignoreFocusOut: true });
  box.value = value ?? '';
  const abort = new AbortController();
  try {
    return await new Promise<T>((resolve, reject) => {
      const accept = async () => {
        const problem = validate?.(box.value);
        if (problem !== undefined) {
          box.validationMessage = problem;
          return;
        }
        box.busy = true;
        box.enabled = false;
        const outcome = await attempt(box.value, abort.signal);
        if (outcome.ok) {
          resolve(outcome.value);
          return;
        }
        box.busy = false;
        box.enabled = true;
        box.validationMessage = outcome.message;
      };
      box.onDidAccept(() => void accept().catch(reject));
      box.onDidChangeValue(() => (box.validationMessage = undefined));
      box.onDidHide(() => reject(cancelled()));
      box.show();
    });
  } finally {
    abort.abort();
    box.dispose();
  }
}

/** Takes a question away, as cancelled, where the signal ends what it is asked for. */
export async function askUntil<T>(
  signal: AbortSignal | undefined,
  question: () => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const ended = Promise.withResolvers<never>();
  const end = () => {
    ended.reject(cancelled());
    void vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  };
  signal?.addEventListener('abort', end);
  try {
    return await Promise.race([question(), ended.promise]);
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** Asks before something that cannot be taken back; anything but the button throws `cancelled`. */
export async function confirm(question: string, detail: string, button: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, button);
  if (answer !== button) {
    throw cancelled();
  }
}
