/** What a person types into the runtime's sign-in page. */
export interface SignInForm {
  readonly email: string;
  readonly password: string;
  readonly code?: string;
}

/**
 * Does what a browser and its person do on the runtime's sign-in page, and follows the redirect to
 * whoever waits for the session. Answers what the person sees at the end.
 */
export async function signInByBrowser(
  url: string,
  form: SignInForm,
): Promise<{ url: string; status: number; text: string }> {
  const page = await fetch(url);
  if (!(await page.text()).includes('<form method="post">')) {
    throw new Error(`There is no form on ${url}`);
  }
  const sent = await fetch(url, {
    method: 'POST',
    headers: { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ ...form }),
    redirect: 'manual',
  });
  const target = sent.headers.get('location');
  const shown = target === null ? sent : await fetch(target);
  return { url: shown.url, status: shown.status, text: await shown.text() };
}
