import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IdentityProvider } from '../../core/kinvey/apiTypes';
import type { SignIn } from '../accounts/signIn';
import { ApiError, notFound } from './errors';
import { single, type ById } from './routes';
import { createSignInPage, signInPageHeaders, type SignInPage } from './signInPage';

type Authenticate = ById & { Querystring: Readonly<Record<string, unknown>> };

/** Never called "Kinvey", the name by which the CLI knows the password (contract T28). */
const browserProvider: IdentityProvider = {
  _id: 'flexservice-runtime',
  name: 'FlexService Runtime (browser)',
  enabled: true,
};
const passwordProvider: IdentityProvider = { _id: 'Kinvey', name: 'kinveyIdentity', enabled: true };

const formLimit = 8_192;

/**
 * The identity providers and the page that the browser one signs in on (contract 2.5, #3 and #4):
 * from there a session goes to a listener of the client on the person's machine.
 */
export function registerIdentityProviders(
  server: FastifyInstance,
  signIn: SignIn,
  isOffered: boolean,
): void {
  if (!isOffered) {
    // kinvey-cli's init goes on with the built-in provider only after this very code (contract T5).
    server.get('/v4/identity-providers', () => {
      throw new ApiError(404, 'FeatureFlagRequired', 'This runtime has no identity providers.');
    });
    return;
  }
  server.get('/v4/identity-providers', () => [passwordProvider, browserProvider]);
  void server.register((own, _options, done) => {
    const route = '/v4/identity-providers/:id/authenticate';
    takeForms(own);
    own.get<Authenticate>(route, (request, reply) => show(reply, 200, pageOf(request)));
    own.post<Authenticate>(route, (request, reply) => submit(signIn, request, reply));
    done();
  });
}

/** Where a session may be sent: a listener on the person's own machine. Undefined: anywhere else. */
export function readRedirect(text = ''): URL | undefined {
  if (!URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  const isLocal = url.hostname === 'localhost' || /^127(\.\d+){3}$/.test(url.hostname);
  const isPlain = url.protocol === 'http:' && url.username === '' && url.password === '';
  return isLocal && isPlain && url.hash === '' ? url : undefined;
}

function takeForms(server: FastifyInstance): void {
  server.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formLimit },
    (_request, body, done) => done(null, body),
  );
}

async function submit(
  signIn: SignIn,
  request: FastifyRequest<Authenticate>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const page = pageOf(request);
  if (!page.redirect) {
    return show(reply, 400, page);
  }
  const { email, password, code } = readForm(request.body);
  const answered = { ...page, email };
  try {
    requireOwnPage(request);
    const twoFactorToken = code.replaceAll(/\s/g, '');
    const { token } = await signIn.open({ email, password, twoFactorToken }, request.ip);
    page.redirect.searchParams.set('session', token);
    return await reply.headers({ 'cache-control': 'no-store' }).redirect(page.redirect.href, 302);
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    const wait = error.retryAfterSeconds;
    void (wait !== undefined && reply.header('retry-after', wait));
    return show(reply, error.status, { ...answered, problem: error.message });
  }
}

/** What the page says so far; a redirect that is not allowed is a page without a form. */
function pageOf({ params, query, headers }: FastifyRequest<Authenticate>): SignInPage {
  if (params.id !== browserProvider._id) {
    throw notFound('identity provider');
  }
  return { host: headers.host ?? '', redirect: readRedirect(single(query.redirect)) };
}

function show(reply: FastifyReply, status: number, page: SignInPage): FastifyReply {
  return reply
    .code(page.redirect ? status : 400)
    .headers(signInPageHeaders(page))
    .send(createSignInPage(page));
}

/**
 * A form on another site could sign a person in as somebody else. Browsers tell where a form was,
 * and the page's referrer policy lets them.
 */
function requireOwnPage({ headers }: FastifyRequest): void {
  const { origin = '', host } = headers;
  const site = headers['sec-fetch-site'] ?? 'same-origin';
  const isOwn = URL.canParse(origin) && new URL(origin).host === host && site === 'same-origin';
  if (!isOwn) {
    throw new ApiError(403, 'OriginNotAllowed', 'The form was sent from another page. Try again.');
  }
}

function readForm(body: unknown): { email: string; password: string; code: string } {
  const form = new URLSearchParams(typeof body === 'string' ? body : '');
  const field = (name: string) => form.get(name) ?? '';
  return { email: field('email').trim(), password: field('password'), code: field('code') };
}
