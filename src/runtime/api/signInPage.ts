import { createHash } from 'node:crypto';

export interface SignInPage {
  /** The runtime's address as the browser knows it. */
  readonly host: string;
  /** Where the session goes; undefined: no place that it may go to, so there is no form. */
  readonly redirect?: URL;
  /** As it was typed before. */
  readonly email?: string;
  /** What went wrong with the attempt before. */
  readonly problem?: string;
}

const style = `
:root { color-scheme: light dark; --page: #f3f3f3; --card: #fff; --text: #1f1f1f; --soft: #5c5c5c;
  --line: #8a8a8a; --edge: #e0e0e0; --accent: #0063b1; --on-accent: #fff; --bad: #a1260d; --bad-page: #fdf0ed; }
@media (prefers-color-scheme: dark) { :root { --page: #181818; --card: #1f1f1f; --text: #e4e4e4; --soft: #a5a5a5;
  --line: #6e6e6e; --edge: #313131; --accent: #3794e0; --on-accent: #0b1a26; --bad: #f5a594; --bad-page: #3a1d16; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px;
  background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
main { width: 100%; max-width: 380px; padding: 28px 32px; background: var(--card);
  border: 1px solid var(--edge); border-radius: 8px; }
svg { display: block; width: 36px; height: 36px; margin-left: -5px; color: var(--accent); }
h1 { margin: 14px 0 2px; font-size: 21px; font-weight: 600; }
p { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
form { margin-top: 22px; }
label { display: block; margin-top: 14px; font-weight: 600; }
label span { font-weight: 400; color: var(--soft); }
input { display: block; width: 100%; margin-top: 5px; padding: 8px 10px; font: inherit; font-weight: 400; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: 4px; }
button { width: 100%; margin: 24px 0 16px; padding: 9px; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: 4px; }
button:hover { filter: brightness(1.1); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { margin-top: 20px; padding: 10px 12px; color: var(--bad); background: var(--bad-page);
  border-left: 3px solid; border-radius: 4px; }
.small { font-size: 13px; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

const logo = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" aria-hidden="true"><path d="M12 2.8 20 7.4v9.2l-8 4.6-8-4.6V7.4z"/><path d="M13.2 7.2 8.8 12.6h3.1l-1.1 4.2 4.4-5.4h-3.1z"/></svg>`;

/** Nothing is loaded from anywhere, nothing runs, and the form goes nowhere but on its way. */
export function signInPageHeaders({ redirect }: SignInPage): Record<string, string> {
  // Browsers hold the target of the redirect against form-action too.
  const targets = redirect ? `'self' ${redirect.origin}` : `'none'`;
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${targets}; base-uri 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  };
}

/** The whole page as HTML, for browsers with and without a dark theme; works without script. */
export function createSignInPage(page: SignInPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in - FlexService Runtime</title>
<style>${style}</style>
</head>
<body>
<main>
${logo}
<h1>Sign in</h1>
<p>FlexService Runtime at ${escape(page.host)}</p>
${page.redirect ? form(page, page.redirect) : refusal}
</main>
</body>
</html>
`;
}

const refusal = problemBox(
  'This page was opened with an address to return to that is not on this machine. Start signing in again from your editor or command line.',
);

function form({ email = '', problem }: SignInPage, redirect: URL): string {
  const focus = (isFirst: boolean) => (isFirst ? ' autofocus' : '');
  return `${problem === undefined ? '' : problemBox(problem)}
<form method="post">
<label>E-mail
<input name="email" type="email" autocomplete="username" maxlength="256" required value="${escape(email)}"${focus(email === '')}></label>
<label>Password
<input name="password" type="password" autocomplete="current-password" maxlength="1024" required${focus(email !== '')}></label>
<label>Authenticator code <span>if you use one</span>
<input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" pattern="\\s*\\d{3}\\s?\\d{3}\\s*" title="Six digits"></label>
<button>Sign in</button>
</form>
<p class="small">You return to ${escape(redirect.host)} on this machine afterwards.</p>`;
}

function problemBox(text: string): string {
  return `<p class="problem" role="alert">${escape(text)}</p>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
