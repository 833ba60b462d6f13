import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describeOwner, findPortOwner } from '../../../../src/core/handlers/portOwner';
import { listenerInodes } from '../../../../src/core/handlers/portOwnerLinux';
import { parseCwd, parseListeners } from '../../../../src/core/handlers/portOwnerMac';
import { parseNetstat, parseTasklist } from '../../../../src/core/handlers/portOwnerWindows';
import { shortCommand } from '../../../../src/core/handlers/processName';
import { skip } from '../../../support/skip';

const program = `
  const server = require('node:net').createServer();
  server.listen(0, process.argv[2], () => console.log(server.address().port));
`;

describe('findPortOwner', () => {
  let folder = '';
  let child: ChildProcess | undefined;

  const listenAt = async (host: string) => {
    child = spawn(process.execPath, ['--no-warnings', 'listen.js', host], { cwd: folder });
    assert.ok(child.stdout);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return Number(String(line));
  };

  before(async () => {
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'flex-port-')));
    await writeFile(path.join(folder, 'listen.js'), program);
  });
  afterEach(async () => {
    const ending = child;
    child = undefined;
    if (ending) {
      ending.kill('SIGKILL');
      await once(ending, 'exit');
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::']) {
    it(`names the process that listens on ${host}`, async function () {
      if (host.includes(':') && !(await hasIpv6())) skip(this, 'this system has no IPv6');
      const port = await listenAt(host);

      const owner = await findPortOwner(port);

      assert.equal(owner?.pid, child?.pid);
      assert.match(owner?.command ?? '', /^node(\.exe)?/);
      if (process.platform === 'linux') {
        assert.deepEqual(owner, {
          pid: child?.pid,
          command: `${path.basename(process.execPath)} listen.js`,
          cwd: folder,
        });
      }
    });
  }

  it('knows a free port', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    server.close();
    await once(server, 'close');

    assert.equal(await findPortOwner(port), undefined);
  });
});

async function hasIpv6(): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, '::1', () => server.close(() => resolve(true)));
  });
}

describe('describeOwner', () => {
  it('tells as much as is known', () => {
    const all = { pid: 4711, command: 'node server.js', cwd: '/home/ann/orders' };

    assert.equal(describeOwner(all), 'node server.js (process 4711) in /home/ann/orders');
    assert.equal(describeOwner({ pid: 4711 }), 'process 4711');
    assert.equal(describeOwner({ pid: 4711, command: 'node.exe' }), 'node.exe (process 4711)');
    assert.equal(describeOwner({}), 'another process');
  });
});

describe('shortCommand', () => {
  it('keeps the program and what it runs, and drops what may be secret', () => {
    const node = '/usr/bin/node';

    assert.equal(shortCommand([node, '--inspect', '.', '--token', 'x', '']), 'node .');
    assert.equal(shortCommand(['C:\\Program Files\\node.exe', 'a.js']), 'node.exe a.js');
    assert.equal(shortCommand([node]), 'node');
    assert.equal(shortCommand(['']), undefined);
    assert.equal(shortCommand([]), undefined);
  });
});

describe('listenerInodes', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:2711 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0',
    '   1: 00000000:2711 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 222 1 0 100 0 0 10 0',
    '   2: 0100007F:2711 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 20 4 30 10 -1',
    '   3: 0A00A8C0:2711 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 444 1 0 100 0 0 10 0',
    '   4: 0100007F:2712 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 555 1 0 100 0 0 10 0',
    '',
  ].join('\n');
  const table6 =
    '   0: 00000000000000000000000001000000:2711 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 666 1 0 100 0 0 10 0';

  it('finds what listens on localhost or everywhere', () => {
    assert.deepEqual(listenerInodes(table, 10_001), ['111', '222']);
    assert.deepEqual(listenerInodes(table6, 10_001), ['666']);
    assert.deepEqual(listenerInodes(table, 80), []);
  });
});

describe('parseListeners', () => {
  const listed = 'p501\ncnode\nf21\nn192.168.0.7:10001\np502\ncnode\nf22\nn[::1]:10001\n';

  it('finds the first listener on localhost', () => {
    assert.deepEqual(parseListeners(listed, 10_001), { pid: 502, command: 'node' });
    assert.deepEqual(parseListeners('p7\ncruby\nf3\nn*:10001\n', 10_001), {
      pid: 7,
      command: 'ruby',
    });
    assert.equal(parseListeners('', 10_001), undefined);
  });

  it('reads the directory', () => {
    assert.equal(parseCwd('p502\nfcwd\nn/Users/ann/my orders\n'), '/Users/ann/my orders');
    assert.equal(parseCwd(''), undefined);
  });
});

describe('parseNetstat', () => {
  const german = [
    '',
    'Aktive Verbindungen',
    '',
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN          1044',
    '  TCP    127.0.0.1:50312        127.0.0.1:10001        HERGESTELLT      7000',
    '  TCP    127.0.0.1:10001        127.0.0.1:50312        HERGESTELLT      4711',
    '  TCP    [::1]:10001            [::]:0                 ABHÖREN          4711',
    '  UDP    0.0.0.0:10001          *:*                                     99',
  ].join('\r\n');

  it('finds the listener whatever language Windows speaks', () => {
    assert.equal(parseNetstat(german, 10_001), 4711);
    assert.equal(parseNetstat(german, 135), 1044);
    assert.equal(parseNetstat(german, 50_312), undefined);
  });

  it('reads the program', () => {
    assert.equal(parseTasklist('"node.exe","4711","Console","1","45.678 K"\r\n'), 'node.exe');
    assert.equal(parseTasklist('INFO: No tasks are running.\r\n'), undefined);
  });
});
