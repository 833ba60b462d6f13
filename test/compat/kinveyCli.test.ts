import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ServiceStatus } from '../../src/core/kinvey/apiTypes';
import { KinveyCli } from '../support/kinveyCli';
import { ordersService } from '../support/ordersService';
import { owner, startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

describe('kinvey-cli 6.1.3 at a FlexService Runtime', () => {
  let folder: string;
  let runtime: RuntimeProcess;
  let cli: KinveyCli;

  before(async () => {
    folder = createScratchFolder('cli');
    const project = path.join(folder, 'project');
    cpSync(ordersService, project, { recursive: true });
    mkdirSync(path.join(folder, 'home'));
    runtime = await startRuntime({ dataDirectory: path.join(folder, 'data') });
    cli = new KinveyCli(path.join(folder, 'home'), project);
  });

  after(async () => {
    await runtime.stop();
    removeScratchFolder(folder);
  });

  describe('profile', () => {
    it('is created with e-mail and password', async () => {
      const created = await createProfile('dev', owner.password);

      assert.deepEqual([created.code, created.stdout.trim()], [0, 'Created profile: dev']);
    });

    it('is not created with a wrong password', async () => {
      const refused = await createProfile('wrong', 'nonsense');

      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /\[error\] InvalidCredentials: Invalid e-mail and\/or password\./,
      );
    });

    it('is not created without a password', async () => {
      const refused = await cli.run(
        'profile',
        'create',
        'x',
        '--email',
        owner.email,
        '--instance-id',
        runtime.url,
      );

      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /ValidationError: Validation failed\.\s+Field: password\. /);
    });

    it('is listed and shown', async () => {
      assert.match((await cli.run('profile', 'list')).stdout, new RegExp(`dev +${runtime.url}`));
      const shown = (await cli.json('profile', 'show', 'dev')) as { email: string };
      assert.equal(shown.email, owner.email);
    });

    it('signs in again, with a token of its own', async () => {
      const before = tokenOf('dev');

      const login = await cli.answer([['Password', owner.password]], 'profile', 'login', 'dev');

      assert.match(login.stdout, /Updated profile: dev/);
      assert.notEqual(tokenOf('dev'), before);
      assert.equal((await cli.run('org', 'list')).code, 0);
    });

    it('is deleted, which ends its session', async () => {
      await createProfile('gone', owner.password);
      const token = tokenOf('gone');

      const deleted = await cli.run('profile', 'delete', 'gone');

      assert.deepEqual([deleted.code, deleted.stdout.trim()], [0, 'Deleted profile: gone']);
      const headers = { authorization: `Kinvey ${token}` };
      assert.equal((await fetch(`${runtime.url}v4/user`, { headers })).status, 401);
    });

    it('is not needed with e-mail and password on the command line', async () => {
      const lonely = new KinveyCli(createHome('lonely'), cli.folder);
      const { code, stdout } = await lonely.run(
        'org',
        'list',
        '--email',
        owner.email,
        '--password',
        owner.password,
        '--instance-id',
        runtime.url,
      );

      assert.equal(code, 0);
      assert.match(stdout, /My Organization/);
    });

    it('is told to sign in again when its token is not valid any more', async () => {
      const home = createHome('expired');
      const file = path.join(home, '.kinvey-cli');
      const session = readFileSync(path.join(folder, 'home/.kinvey-cli'), 'utf8');
      writeFileSync(file, session.replace(tokenOf('dev'), 'f'.repeat(64)));

      const { code, stderr } = await new KinveyCli(home, cli.folder).run('org', 'list');

      assert.equal(code, 1);
      assert.match(stderr, /InvalidCredentials: Authorization token invalid or expired\./);
      assert.match(stderr, /kinvey profile login/);
    });
  });

  describe('org', () => {
    it('is listed and shown by name and by id', async () => {
      const [organization] = (await cli.json('org', 'list')) as [{ id: string; name: string }];

      assert.equal(organization.name, 'My Organization');
      assert.match(organization.id, uuid);
      const byName = await cli.run('org', 'show', '--org', 'My Organization');
      assert.match(byName.stdout, new RegExp(organization.id));
      assert.equal((await cli.run('org', 'show', '--org', organization.id)).stdout, byName.stdout);
    });

    it('that does not exist is told', async () => {
      const { code, stderr } = await cli.run('org', 'show', '--org', 'Nobody');

      assert.equal(code, 1);
      assert.match(stderr, /\[error\] NotFound: /);
    });
  });

  describe('app and appenv', () => {
    it('are created, listed, shown and deleted', async () => {
      const created = await cli.run('app', 'create', 'shop', '--org', 'My Organization');
      assert.match(created.stdout, new RegExp(`^Created application: ${uuid.source}`));
      assert.match((await cli.run('app', 'list')).stdout, /Count: 1[^]+shop/);
      assert.match((await cli.run('app', 'show', '--app', 'shop')).stdout, /environments +1/);

      assert.match(
        (await cli.run('appenv', 'create', 'Test', '--app', 'shop')).stdout,
        /^Created environment: kid_/,
      );
      assert.match(
        (await cli.run('appenv', 'list', '--app', 'shop')).stdout,
        /Count: 2[^]+Development[^]+Test/,
      );
      assert.match(
        (await cli.run('appenv', 'delete', '--app', 'shop', '--env', 'Test', '--no-prompt')).stdout,
        /^Deleted environment: kid_/,
      );
      assert.match((await cli.run('appenv', 'list', '--app', 'shop')).stdout, /Count: 1/);

      assert.match(
        (await cli.run('app', 'delete', '--app', 'shop', '--no-prompt')).stdout,
        /^Deleted application: /,
      );
      assert.deepEqual(await cli.json('app', 'list'), []);
    });
  });

  describe('flex', () => {
    let id: string;
    const flex = (command: string, ...args: string[]) =>
      cli.run('flex', command, '--service', id, ...args);
    const status = () => cli.json('flex', 'status', '--service', id) as Promise<ServiceStatus>;

    it('list fails while there is no service, as at the vendor', async () => {
      const { code, stderr } = await cli.run('flex', 'list', '--org', 'My Organization');

      assert.equal(code, 1);
      assert.match(stderr, /NoFlexServicesFound/);
    });

    it('creates a service whose status is NEW', async () => {
      const created = (await cli.json(
        'flex',
        'create',
        'orders',
        '--org',
        'My Organization',
        '--secret',
        's3cret',
      )) as { id: string; secret: string };
      id = created.id;

      assert.equal(created.secret, 's3cret');
      assert.match(
        (await cli.run('flex', 'list', '--org', 'My Organization')).stdout,
        new RegExp(`${id} +orders`),
      );
      assert.equal((await status()).status, 'NEW');
    });

    it('deploys a service that uses the SDK of npm', async () => {
      const deployed = await flex('deploy', '--set-vars', 'FLEX_SHARED_SECRET=s3cret');

      assert.equal(deployed.code, 0);
      assert.match(deployed.stdout, /Deploy initiated/);
      const online = await until('ONLINE', async () => {
        const now = await status();
        return now.status === 'ONLINE' && now;
      });
      assert.equal(online.version, '1.0.0');
      assert.deepEqual(online.deployment, { status: 'COMPLETED', version: '1.0.0' });
      assert.match((await flex('status')).stdout, /deployerName +Jane Doe/);
    }).timeout(120_000);

    it('refuses the same version a second time', async () => {
      const { code, stderr } = await flex('deploy');

      assert.equal(code, 1);
      assert.match(stderr, /DeploymentVersionTooLow: .*1\.0\.0.*1\.0\.0/);
    });

    it('prints logs, those of flex.logger with their threshold', async () => {
      const { code, stdout } = await flex('logs', '--number', '1000');

      assert.equal(code, 0);
      assert.match(stdout, /^[0-9a-f]{12} +\S+Z +null +Service listening on 10001/m);
      assert.match(stdout, /^[0-9a-f]{12} +\S+Z +info +orders 1\.0\.0 is ready/m);
    });

    it('prints a range of the logs by page', async () => {
      const all = (await cli.json('flex', 'logs', '--service', id)) as { timestamp: string }[];
      const second = await cli.json(
        'flex',
        'logs',
        '--service',
        id,
        '--page',
        '2',
        '-n',
        '1',
        '--from',
        all[0]!.timestamp,
      );

      assert.deepEqual(second, [all[1]]);
      assert.match((await flex('logs', '--from', '2030-01-01')).stdout, /Count: 0/);
    });

    it('shows the service', async () => {
      const { stdout } = await flex('show');

      assert.match(stdout, /svcEnvName +Development/);
      assert.match(stdout, /secret +s3cret/);
      assert.match(stdout, /serviceName +orders/);
      assert.match(stdout, /FLEX_SHARED_SECRET/);
    });

    it('updates the variables, which restarts the service', async () => {
      const updated = await flex('update', '--set-vars', 'GREETING=hello', '--runtime', 'node12');

      assert.equal(updated.code, 0);
      assert.match(updated.stdout, /^Updated service environment: /);
      const online = await until('ONLINE', async () => {
        const now = await status();
        return now.status === 'ONLINE' && now.runtime !== undefined && now;
      });
      assert.equal(online.runtime, 'flex-runtime-node12');
      assert.match((await flex('show')).stdout, /GREETING/);
      assert.match((await flex('show')).stdout, /FLEX_SHARED_SECRET/);
    });

    it('recycles the service', async () => {
      const recycled = await flex('recycle');

      assert.equal(recycled.code, 0);
      assert.match(recycled.stdout, /Recycle initiated/);
      await until('ONLINE', async () => (await status()).status === 'ONLINE');
    });

    it('uses a .kinvey file, and clears it', async () => {
      const { svcEnvId } = (await status()) as unknown as { svcEnvId: string };
      const file = path.join(cli.folder, '.kinvey');
      const section = { flex: { domain: 'org', serviceId: id, serviceName: 'orders', svcEnvId } };
      writeFileSync(file, JSON.stringify({ dev: section }));

      assert.match((await cli.run('flex', 'status')).stdout, /status +ONLINE/);
      assert.equal((await cli.run('flex', 'clear')).code, 0);
      assert.equal(readFileSync(file, 'utf8'), '""');
      assert.equal((await cli.run('flex', 'status')).code, 1);
    });

    it('deletes the service, which ends its process', async () => {
      const { svcEnvId } = (await status()) as unknown as { svcEnvId: string };

      const deleted = await flex('delete', '--no-prompt');

      assert.deepEqual([deleted.code, deleted.stdout.trim()], [0, `Deleted service: ${id}`]);
      const gone = await flex('status');
      assert.equal(gone.code, 1);
      assert.match(gone.stderr, /ServiceNotFound/);
      assert.equal((await fetch(`${runtime.url}flex/${svcEnvId}/healthcheck`)).status, 404);
    });
  });

  function createProfile(name: string, password: string) {
    return cli.run(
      'profile',
      'create',
      name,
      '--email',
      owner.email,
      '--password',
      password,
      '--instance-id',
      runtime.url,
    );
  }

  function createHome(name: string): string {
    const home = path.join(folder, name);
    mkdirSync(home);
    return home;
  }

  function tokenOf(profile: string): string {
    const text = readFileSync(path.join(folder, 'home/.kinvey-cli'), 'utf8');
    const { profiles } = JSON.parse(text) as { profiles: Record<string, { token: string }> };
    return profiles[profile]!.token;
  }
});
