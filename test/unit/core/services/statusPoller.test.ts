import assert from 'node:assert/strict';
import { ServiceStore, type EnvironmentKey } from '../../../../src/core/services/serviceStore';
import { StatusPoller, type PollIntervals } from '../../../../src/core/services/statusPoller';
import { eventually, hang, json, ScriptedServer, text } from '../../../support/scriptedServer';
import { signInAt, type SignedIn } from '../../../support/signedIn';

const never = 3_600_000;

describe('StatusPoller', () => {
  const online = json(200, { status: 'ONLINE', version: '1.0.3' });
  const updating = json(200, { status: 'UPDATING', version: '1.0.3' });
  let server: ScriptedServer;
  let ann: SignedIn;
  let store: ServiceStore;
  let poller: StatusPoller;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    ann = await signInAt(server.url);
    store = new ServiceStore(ann.apis);
  });

  afterEach(async () => {
    poller.dispose();
    store.dispose();
    ann.accounts.dispose();
    await server.close();
  });

  function start(intervals: Partial<PollIntervals> = {}): void {
    poller = new StatusPoller(store, {
      changing: never,
      resting: never,
      failing: never,
      ...intervals,
    });
  }

  const keyOf = (environmentId: string): EnvironmentKey => ({
    accountId: ann.account.id,
    serviceId: 's',
    environmentId,
  });
  const pathOf = (environmentId: string) =>
    `GET v4/services/s/environments/${environmentId}/status`;
  const asked = (environmentId = 'e') => server.count(pathOf(environmentId));
  const settled = () => eventually(() => store.knownStatus(keyOf('e')) !== undefined);

  it('asks at once, and again after the pause of the present state', async () => {
    server.on(pathOf('e'), online, online, updating);
    start({ resting: 2 });

    poller.watch(keyOf('e'));

    await eventually(() => store.knownStatus(keyOf('e'))?.status?.status === 'UPDATING');
    assert.equal(asked(), 3);
  });

  it('asks more often while something changes', async () => {
    server.on(pathOf('e'), updating, updating, online);
    start({ changing: 2 });

    poller.watch(keyOf('e'));

    await eventually(() => store.knownStatus(keyOf('e'))?.status?.status === 'ONLINE');
    assert.equal(asked(), 3);
  });

  it('goes on after failures at their own pace', async () => {
    server.on(pathOf('e'), text(500), text(403), online);
    start({ failing: 2 });

    poller.watch(keyOf('e'));

    await eventually(() => store.knownStatus(keyOf('e'))?.status !== undefined);
    assert.equal(asked(), 3);
  });

  it('asks for watched environments only, once for all who watch', async () => {
    server.on(pathOf('e'), online).on(pathOf('f'), online);
    start({ resting: 2 });
    const first = poller.watch(keyOf('e'));
    const second = poller.watch(keyOf('e'));

    first.dispose();
    first.dispose();
    const before = asked();
    await eventually(() => asked() > before + 2);
    second.dispose();

    poller.watch(keyOf('f'));
    const after = asked();
    await eventually(() => asked('f') > 3);
    // One question may have been on its way.
    assert.ok(asked() <= after + 1);
  });

  it('stops a question that nobody waits for any more', async () => {
    server.on(pathOf('e'), hang);
    start();
    const watch = poller.watch(keyOf('e'));
    await eventually(() => asked() === 1);

    watch.dispose();

    server.on(pathOf('e'), online);
    poller.watch(keyOf('e'));
    await settled();
  });

  it('rests while the window does, and asks at once when it is back', async () => {
    server.on(pathOf('e'), online).on(pathOf('f'), online);
    start({ resting: 2 });
    poller.setActive(false);
    poller.watch(keyOf('e'));
    const other = new StatusPoller(store, { changing: 2, resting: 2, failing: 2 });
    other.watch(keyOf('f'));
    await eventually(() => asked('f') > 3);
    assert.equal(asked(), 0);

    poller.setActive(true);
    await eventually(() => asked() > 1);

    other.dispose();
  });

  it('asks at once for what was refreshed, even while an older question hangs', async () => {
    server.on(pathOf('e'), hang, online, updating);
    start();
    poller.watch(keyOf('e'));
    await eventually(() => asked() === 1);

    store.refresh(ann.account.id);
    await eventually(() => store.knownStatus(keyOf('e'))?.status?.status === 'ONLINE');
    store.refresh('somebody else');
    store.refresh();

    await eventually(() => store.knownStatus(keyOf('e'))?.status?.status === 'UPDATING');
    assert.equal(asked(), 3);
  });

  it('takes up the pace of a change that somebody else saw', async () => {
    server.on(pathOf('e'), online, updating, online);
    start({ changing: 2 });
    poller.watch(keyOf('e'));
    await settled();

    store.acceptStatus(keyOf('e'), { status: 'UPDATING', version: '1.0.3' });

    await eventually(() => asked() === 3);
  });

  it('is silent once it is disposed', async () => {
    server.on(pathOf('e'), hang).on(pathOf('f'), online);
    start({ resting: 2 });
    poller.watch(keyOf('e'));
    poller.watch(keyOf('f'));
    await eventually(() => asked() === 1 && asked('f') > 1);

    poller.dispose();
    const after = asked('f');
    const other = new StatusPoller(store, { changing: 2, resting: 2, failing: 2 });
    server.on(pathOf('g'), online);
    other.watch(keyOf('g'));
    await eventually(() => asked('g') > 4);

    assert.ok(asked('f') <= after + 1);
    other.dispose();
  });
});
