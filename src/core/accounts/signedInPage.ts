import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; }
body { min-height: 90vh; margin: 0; display: grid; place-items: center; text-align: center;
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 4px; font-size: 21px; font-weight: 600; }
p { margin: 0; opacity: .75; }
`;

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Signed in - FlexService</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>You are signed in</h1>
<p>You may close this window and go back to your editor.</p>
</main>
</body>
</html>
`;

const hash = createHash('sha256').update(style).digest('base64');

/** The last page that a person sees in the browser; loads and runs nothing. */
export const signedInPage = {
  html,
  headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'`,
  },
} as const;
