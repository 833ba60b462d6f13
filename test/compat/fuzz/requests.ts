import fc from 'fast-check';

export interface FuzzRequest {
  readonly method: string;
  readonly route: string;
  readonly contentType: string;
  readonly body?: string;
}

/** Ids that exist, for routes to be more than not found. */
export type KnownIds = Readonly<
  Record<'organization' | 'app' | 'kid' | 'service' | 'environment', string>
>;

const oddKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\0',
];
const oddTexts = [
  '',
  ' ',
  '\0',
  '../../x',
  "'; DROP TABLE services; --",
  '\ud800',
  '💥',
  '%00',
  '=',
  'a=b',
];

/** Requests to every route of the management API, with bodies of every shape. */
export function fuzzRequests(ids: KnownIds): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
      route: routes(ids),
      contentType: fc.constantFrom(...contentTypes),
      body: bodies(ids),
    })
    .filter(({ method, route }) => !isDestructive(method, route, ids))
    .map((request) => (request.method === 'GET' ? { ...request, body: undefined } : request));
}

const contentTypes = [
  'application/json',
  'application/json',
  'application/json; charset=x',
  'text/plain',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'x',
];

/** What all others work on, and the session, must stay. */
function isDestructive(method: string, route: string, ids: KnownIds): boolean {
  return (
    method === 'DELETE' &&
    (route.startsWith('session') || Object.values(ids).some((id) => route.includes(id)))
  );
}

function routes(ids: KnownIds): fc.Arbitrary<string> {
  const odd = fc
    .oneof(fc.string(), fc.constantFrom(...oddTexts, '..', '00000000-0000-4000-8000-000000000000'))
    .map(encode);
  const one = (id: string) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(id) }, { weight: 1, arbitrary: odd });
  const query = fc.oneof(fc.constant(''), queries());
  const paths = fc.oneof(
    fc.constantFrom(
      'session',
      'v4/user',
      'v4/organizations',
      'v4/apps',
      'v4/services',
      'v4/jobs',
      'v4/identity-providers',
      'metrics',
      'healthcheck',
    ),
    fc.tuple(fc.constantFrom('v4/jobs', 'v4', 'flex', ''), odd).map((parts) => parts.join('/')),
    fc
      .tuple(fc.constant('v4/organizations'), one(ids.organization), fc.constantFrom('', '/apps'))
      .map(join),
    fc.tuple(fc.constant('v4/apps'), one(ids.app), fc.constantFrom('', '/environments')).map(join),
    fc.tuple(fc.constant('v4/environments'), one(ids.kid), fc.constant('')).map(join),
    fc
      .tuple(fc.constant('v4/services'), one(ids.service), fc.constantFrom('', '/environments'))
      .map(join),
    fc
      .tuple(
        fc.constant(`v4/services/${ids.service}/environments`),
        one(ids.environment),
        fc.constantFrom('', '/status', '/logs'),
      )
      .map(join),
  );
  return fc.tuple(paths, query).map(([path, search]) => path + search);
}

function join([collection, id, rest]: [string, string, string]): string {
  return `${collection}/${id}${rest}`;
}

function queries(): fc.Arbitrary<string> {
  const names = fc.constantFrom(
    'from',
    'to',
    'limit',
    'page',
    'organizationId',
    'appId',
    'expand',
    ...oddKeys,
  );
  const values = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...oddTexts,
      '-1',
      '1e9',
      '2026-01-01',
      '2026-13-40T99:99Z',
      '99999999999999999999',
    ),
  );
  return fc
    .array(fc.tuple(names, values), { maxLength: 4 })
    .map((pairs) => `?${pairs.map((pair) => pair.map(encode).join('=')).join('&')}`);
}

/** A lone surrogate cannot be encoded: it is left out. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''));
}

/** JSON with the fields that the routes read and with odd ones; also what is no JSON at all. */
function bodies(ids: KnownIds): fc.Arbitrary<string> {
  const names = [
    'email',
    'password',
    'twoFactorToken',
    'name',
    'organizationId',
    'type',
    'access',
    'description',
    'secret',
    'environmentVariables',
    'runtime',
    'host',
    'params',
    'serviceId',
    'serviceEnvironmentId',
    'version',
    'writers',
    'organizations',
    'apps',
  ];
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(
        ...Object.values(ids),
        ...oddTexts,
        'internal',
        'recycleService',
        'flex-runtime-node12',
        null,
        true,
        -0,
        1e308,
        'x'.repeat(20_000),
      ),
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc
      .array(fc.tuple(fc.constantFrom(...names, ...oddKeys), tie('value')), { maxLength: 8 })
      .map((entries) => Object.fromEntries(entries) as object),
  }));
  return fc.oneof(
    { weight: 6, arbitrary: value.object.map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{',
        '[',
        '"',
        '{"__proto__":{"x":1}}',
        '['.repeat(5_000),
        '9'.repeat(400),
      ),
    },
  );
}
