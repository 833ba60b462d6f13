import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { planLaunch } from '../../src/core/handlers/launchPlan';
import {
  dataEvents,
  LocalService,
  type HandlerAnswer,
  type HandlerRequest,
} from '../../src/core/handlers/localService';
import { describeOwner, findPortOwner } from '../../src/core/handlers/portOwner';
import { readManifest } from '../../src/core/project/manifest';
import { copyOrdersService } from '../support/ordersService';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';

const secret = 'compat-secret';

/** The sample service on the real kinvey-flex-sdk, which listens on one fixed port. */
describe('LocalService with the real kinvey-flex-sdk', () => {
  const service = new LocalService();
  let folder = '';
  let child: ChildProcess | undefined;

  const invoke = (request: HandlerRequest) => service.invoke({ secret, ...request });
  const orders = (event: string, more: Partial<HandlerRequest> = {}) =>
    invoke({ kind: 'data', name: 'orders', event, ...more });

  before(async function () {
    this.timeout(300_000);
    assert.equal(describeTaken(await findPortOwner(service.port)), 'free');
    folder = path.join(createScratchFolder('local-service'), 'orders');
    await copyOrdersService(folder);
    const plan = planLaunch(await readManifest(folder));
    child = spawn(process.execPath, [...plan.args], {
      cwd: plan.folder,
      env: { ...process.env, ...plan.env, FLEX_SHARED_SECRET: secret },
      stdio: 'ignore',
    });
    await service.waitUntilHealthy({ timeoutMs: 60_000 });
  });

  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    removeScratchFolder(path.dirname(folder));
  });

  it('is found as the owner of its port', async () => {
    const owner = await findPortOwner(service.port);

    assert.equal(owner?.pid, child?.pid);
    if (process.platform === 'linux') {
      assert.match(describeOwner(owner ?? {}), /^node \. \(process \d+\) in .*orders$/);
    }
  });

  it('tells its handlers without the secret, in the order of registration', async () => {
    assert.deepEqual(await service.discover(), {
      dataObjects: ['orders', 'customers'],
      functions: ['calculateTotal', 'priceOrder', 'summarizeCustomer'],
      auth: ['shopLogin'],
    });
  });

  it('wants the shared secret for everything else', async () => {
    const { status, body } = await service.invoke({ kind: 'data', name: 'orders' });

    assert.equal(status, 401);
    assert.equal(memberOf(body, 'error'), 'InvalidCredentials');
  });

  it('reaches each of the eleven events', async () => {
    const order = { customerId: 'customers-1', items: [{ price: 2, quantity: 3 }] };
    const query = { query: '{"customerId":"customers-1"}', limit: '1', sort: '{"total":-1}' };
    const shows: Record<string, [Partial<HandlerRequest>, (answer: HandlerAnswer) => void]> = {
      onGetAll: [{}, ({ body }) => assert.equal(lengthOf(body), 3)],
      onGetById: [{ id: 'orders-1' }, ({ body }) => assert.equal(memberOf(body, 'total'), 40.2)],
      onGetByQuery: [{ query }, ({ body }) => assert.equal(lengthOf(body), 1)],
      onGetCount: [{}, ({ body }) => assert.deepEqual(body, { count: 3 })],
      onGetCountByQuery: [{ query }, ({ body }) => assert.deepEqual(body, { count: 2 })],
      onInsert: [{ body: order }, ({ status }) => assert.equal(status, 201)],
      onInsertMany: [
        { body: [order, order] },
        ({ body }) => assert.equal(lengthOf(memberOf(body, 'entities')), 2),
      ],
      onUpdate: [
        { id: 'orders-2', body: { ...order, status: 'shipped' } },
        ({ body }) => assert.equal(memberOf(body, '_id'), 'orders-2'),
      ],
      onDeleteById: [{ id: 'orders-3' }, ({ body }) => assert.deepEqual(body, { count: 1 })],
      onDeleteByQuery: [
        { query: { query: '{"status":"shipped"}' } },
        ({ body }) => assert.deepEqual(body, { count: 2 }),
      ],
      onDeleteAll: [{}, ({ body }) => assert.deepEqual(body, { count: 3 })],
    };
    assert.deepEqual(Object.keys(shows).sort(), [...dataEvents].sort());

    for (const [event, [request, check]] of Object.entries(shows)) {
      check(await orders(event, request));
    }
  });

  it('hands on what a handler refuses', async () => {
    const { status, body } = await orders('onGetById', { id: 'nobody' });

    assert.equal(status, 404);
    assert.equal(memberOf(body, 'error'), 'NotFound');
  });

  it('calls a function and answers its whole envelope', async () => {
    const items = [{ price: 10, quantity: 2 }];

    const { status, body } = await invoke({
      kind: 'function',
      name: 'calculateTotal',
      body: { items, discount: 10 },
    });

    assert.equal(status, 200);
    assert.deepEqual(memberOf(memberOf(body, 'response'), 'body'), { total: 18 });
  });

  it('runs a pre-hook, which replaces the body and continues', async () => {
    const { body } = await invoke({
      kind: 'function',
      name: 'priceOrder',
      body: { items: [{ price: 5 }] },
      context: { hookType: 'pre', objectName: 'orders' },
    });

    assert.equal(memberOf(memberOf(body, 'response'), 'continue'), true);
    assert.equal(memberOf(memberOf(memberOf(body, 'request'), 'body'), 'total'), 5);
  });

  it('gives a post hook the response so far', async () => {
    const { body } = await invoke({
      kind: 'function',
      name: 'calculateTotal',
      body: { items: [{ price: 5 }] },
      context: { hookType: 'post', objectName: 'orders' },
    });

    assert.deepEqual(memberOf(memberOf(body, 'response'), 'body'), { total: 5 });
  });

  it('tells the context, with headers in any script', async () => {
    const { body } = await invoke({
      kind: 'function',
      name: 'calculateTotal',
      body: { items: [] },
      headers: { 'X-Kinvey-Client-App-Version': '1.2.3', 'X-Name': 'Zoë 日' },
      context: { username: 'ann', userId: 'u1', objectName: 'orders', entityId: '7' },
    });

    const request = memberOf(body, 'request');
    assert.equal(memberOf(request, 'username'), 'ann');
    assert.equal(memberOf(request, 'userId'), 'u1');
    assert.equal(memberOf(request, 'objectName'), 'orders');
    assert.equal(memberOf(request, 'entityId'), '7');
    assert.equal(memberOf(memberOf(request, 'headers'), 'x-name'), 'Zoë 日');
  });

  it('signs in through an auth handler, and is refused by it', async () => {
    const { body: customers } = await invoke({ kind: 'data', name: 'customers' });
    const username = memberOf(Array.isArray(customers) ? customers[0] : undefined, 'email');
    const login = (password: string) =>
      invoke({ kind: 'auth', name: 'shopLogin', body: { username, password } });

    assert.equal(memberOf((await login('letmein')).body, 'authenticated'), true);
    const refused = await login('wrong');
    assert.equal(refused.status, 401);
    assert.equal(memberOf(refused.body, 'error'), 'access_denied');
  });
});

function describeTaken(owner: Awaited<ReturnType<typeof findPortOwner>>): string {
  return owner ? `taken by ${describeOwner(owner)}` : 'free';
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function lengthOf(value: unknown): unknown {
  return Array.isArray(value) ? value.length : undefined;
}
