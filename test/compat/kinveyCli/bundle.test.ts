import assert from 'node:assert/strict';
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { planBundle } from '../../../src/core/project/bundlePlan';
import { bundleTree, type BundleNode } from '../../../src/core/project/bundleTree';
import { connectDeployments } from '../../support/deployments';
import { KinveyCli } from '../../support/kinveyCli';
import { ordersService } from '../../support/ordersService';
import { createScratchFolder, removeScratchFolder } from '../../support/scratchFolder';
import { ScriptedInstance } from '../../support/scriptedInstance';
import { unpack } from '../../support/unpack';

/** Links, or the contents of files; a name with a slash at its end is an empty directory. */
type Tree = Record<string, string | { to: string }>;

const manifest = '{"name":"a","version":"1.0.0","dependencies":{"kinvey-flex-sdk":"^3.3.0"}}';
const deep = (length: number) => 'd'.repeat(length);

const corpus: Record<string, Tree> = {
  'dot files and artifacts': {
    '.env': 'SECRET=1',
    '.npmrc': '',
    '.gitignore': '*',
    '.github/workflow.yml': '',
    '.vscode/launch.json': '{}',
    'output.log': '',
    'output.log.1': '',
    'sub/output.log': '',
    'node_modules/dep/index.js': '',
    'node_modules_extra/x': '',
    'sub/node_modules/dep/index.js': '',
    'sub/.git/HEAD': '',
    'a-1.0.0.tgz': 'packed',
    '.kinveyignore': 'lib',
    'lib/a.js': '',
  },
  'odd names and sizes': {
    'with space/ü 😀.js': 'ü',
    [`${deep(90)}/${deep(90)}`]: 'prefix',
    [`${deep(200)}.js`]: 'pax',
    '[a]*.js': '',
    'block.bin': 'x'.repeat(512),
    'large.bin': 'x'.repeat(200_000),
    'empty/': '',
  },
  'what is ignored, at several depths': {
    '.kinveyignore': '*.tmp\n/docs/\n',
    'a.tmp': '',
    'docs/a.md': '',
    'lib/docs/kept.md': '',
    'lib/.kinveyignore': '!kept.tmp\n/deep/*\n!/deep/b.js\n',
    'lib/kept.tmp': 'kept',
    'lib/other.tmp': '',
    'lib/deep/a.js': '',
    'lib/deep/b.js': 'kept',
  },
  links: {
    'lib/a.js': '1',
    'lib/deep/b.js': '2',
    linked: { to: 'lib' },
    'a.js': { to: 'lib/a.js' },
    'up.js': { to: '../outside.js' },
    'sub/back': { to: '../lib' },
  },
};

/** What a deploy sends, read from what really goes over the wire. */
describe('the bundle beside the one of kinvey-cli', () => {
  const scratch = createScratchFolder('bundle');
  const home = path.join(scratch, 'home');
  const instance = new ScriptedInstance();

  before(async () => {
    await mkdir(home);
    await writeFile(path.join(scratch, 'outside.js'), 'outside');
    await instance.start();
    const profile = { email: 'ann@example.com', token: 'token-1', host: instance.url };
    const session = { activeProfile: 'dev', profiles: { dev: profile } };
    await writeFile(path.join(home, '.kinvey-cli'), JSON.stringify(session));
  });
  after(() => {
    instance.stop();
    removeScratchFolder(scratch);
  });

  const sentByCli = async (folder: string) => {
    instance.uploads.length = 0;
    const { code, stderr } = await new KinveyCli(home, folder).run('flex', 'deploy');
    const [upload] = instance.uploads;
    assert.ok(upload && code === 0, stderr);
    return unpack(upload.tar);
  };
  const sentByUs = async (folder: string, asCli: boolean) => {
    instance.uploads.length = 0;
    const { deployments, services, account } = await connectDeployments(instance.url, 'token-1');
    const names = { serviceName: 'a', environmentName: 'Development' };
    const target = { folder, account, serviceId: 'service-1', environmentId: 'env-1', ...names };
    const bundle = await planBundle(folder, { asCli });
    await deployments.send({ target, bundle, version: '1.0.0', onEvent: () => undefined });
    services.dispose();
    const [upload] = instance.uploads;
    assert.ok(upload);
    const entries = await unpack(upload.tar);
    assert.deepEqual([...entries.keys()].sort(), shownIn(bundleTree(bundle)).sort());
    for (const { path: name, absolute } of bundle.files) {
      assert.equal(entries.get(name)?.content, await readFile(absolute, 'utf8'), name);
    }
    return entries;
  };

  const check = async (folder: string) => {
    const binding = { orgId: 'o', serviceId: 'service-1', serviceName: 'a', svcEnvId: 'env-1' };
    await writeFile(path.join(folder, '.kinvey'), JSON.stringify({ dev: { flex: binding } }));

    const ours = await sentByUs(folder, true);
    const own = await sentByUs(folder, false);

    assert.deepEqual(
      [...ours].sort(([a], [b]) => (a < b ? -1 : 1)),
      [...(await sentByCli(folder))].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    assert.ok(
      [...own.keys()].every((name) => !/(^|\/)(\.env|\.kinvey$|node_modules\/)/.test(name)),
    );
    return [...own.keys()];
  };

  for (const [name, tree] of Object.entries(corpus)) {
    it(`is the same, entry by entry, for ${name}`, async () => {
      const folder = path.join(scratch, name);
      await plant(folder, { 'package.json': manifest, 'index.js': '', ...tree });
      await chmod(path.join(folder, 'index.js'), 0o755);

      await check(folder);
    });
  }

  it('leaves out what the ignore files say, which kinvey-cli does not know', async () => {
    const ignored = 'what is ignored, at several depths';
    const own = await check(path.join(scratch, ignored));

    const kept = ['lib/deep/b.js', 'lib/docs/kept.md', 'lib/kept.tmp'];
    assert.deepEqual(
      own.filter((name) => /tmp|docs\/|deep\//.test(name) && !name.endsWith('/')),
      kept,
    );
  });

  it('is the same, entry by entry, for a real service', async () => {
    const folder = path.join(scratch, 'orders');
    await cp(ordersService, folder, { recursive: true });

    await check(folder);
  });
});

/** What the Bundle view lists. */
function shownIn(nodes: readonly BundleNode[]): string[] {
  return nodes.flatMap(({ path: name, children }) =>
    children ? [`${name}/`, ...shownIn(children)] : [name],
  );
}

async function plant(folder: string, tree: Tree): Promise<void> {
  for (const [name, content] of Object.entries(tree)) {
    const absolute = path.join(folder, name);
    await mkdir(name.endsWith('/') ? absolute : path.dirname(absolute), { recursive: true });
    if (typeof content !== 'string') {
      await symlink(content.to, absolute);
    } else if (!name.endsWith('/')) {
      await writeFile(absolute, content);
    }
  }
}
