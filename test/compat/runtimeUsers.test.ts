import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { URI } from 'otpauth';
import { checkout } from '../support/checkout';
import { KinveyCli } from '../support/kinveyCli';
import { KinveyCliHost } from '../support/kinveyCliHost';
import { startRuntime, type RuntimeProcess } from '../support/runtimeProcess';
import { createScratchFolder, removeScratchFolder } from '../support/scratchFolder';
import { until } from '../support/until';

const ann = 'ann.lee@example.com';
const password = 'geheim und lang';

describe('the users of a runtime', () => {
  let folder: string;
  let data: string;
  let runtime: RuntimeProcess;
  let host: KinveyCliHost;

  // The tests share them, and so each but the first two has a user of its own.
  before(async () => {
    host = new KinveyCliHost();
    folder = createScratchFolder('users');
    data = path.join(folder, 'data');
    runtime = await startRuntime({
      dataDirectory: data,
      env: { FLEX_RUNTIME_EMAIL: '', FLEX_RUNTIME_PASSWORD: '' },
    });
  });

  after(async () => {
    await Promise.all([host.stop(), runtime.stop()]);
    removeScratchFolder(folder);
  });

  const user = async (args: string[], stdin = '', dataFolder = data) => {
    const script = path.join(checkout, 'dist/runtime.js');
    const child = spawn(process.execPath, [script, 'user', ...args, '--data', dataFolder]);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end(stdin);
    const [code] = (await once(child, 'close')) as [number];
    return { code, stdout, stderr };
  };
  const add = (who: string) => user(['add', who, '--password-stdin'], `${password}\n`);
  const signIn = async (body: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${runtime.url}session`, init);
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const isSignedIn = async (token: string | undefined) => {
    const headers = { authorization: `Kinvey ${token}` };
    return (await fetch(`${runtime.url}v4/user`, { headers })).status === 200;
  };

  it('are refused with a sentence and an exit code', async () => {
    await add(ann);
    const refusals: [string[], number, RegExp][] = [
      [['add', ann], 1, /^ann\.lee@example\.com is a user already\.\n$/],
      [['remove', 'bob@example.com'], 1, /^There is no user bob@example\.com\.\n$/],
      [['reset', ann, '--password-stdin'], 2, /^A password has 8 to 1024 characters\.\n$/],
      [['promote', ann], 2, /^user needs one of add, list, .* Try user --help\.\n$/],
    ];
    for (const [args, code, sentence] of refusals) {
      const refused = await user(args, 'short\n');
      assert.deepEqual([refused.code, refused.stdout], [code, '']);
      assert.match(refused.stderr, sentence);
    }
    assert.equal((await user(['remove', ann])).code, 0);
    assert.match((await user(['remove', 'owner@flexservice.local'])).stderr, /is the only user/);
    const nowhere = await user(['list'], '', path.join(folder, 'nowhere'));
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /There is no runtime's data in /);
    assert.equal(existsSync(path.join(folder, 'nowhere')), false);
  });

  it('are listed with their names, the owner first', async () => {
    await add(ann);
    await user(['two-factor', ann, 'on']);

    const { stdout } = await user(['list']);

    assert.equal(stdout, `owner@flexservice.local\tOwner\towner\n${ann}\tAnn Lee\ttwo-factor\n`);
  });

  it('leave no password file of an owner whose password was reset', async () => {
    const file = path.join(data, 'owner.json');
    assert.ok(existsSync(file));

    await user(['reset', 'Owner@flexservice.local']);

    assert.equal(existsSync(file), false);
  });

  it('are added while it runs, with a password that is shown once and kept nowhere', async () => {
    const fay = 'fay@example.com';
    const { code, stdout } = await user(['add', fay]);

    const made = /^Password, shown this once: (\S{16})$/m.exec(stdout)?.[1];
    assert.equal(code, 0);
    const { body } = await signIn({ email: fay, password: made });
    assert.ok(await isSignedIn(body.token));
    const files = readdirSync(data).filter((name) => statSync(path.join(data, name)).isFile());
    const bytes = Buffer.concat(files.map((name) => readFileSync(path.join(data, name))));
    assert.equal(bytes.includes(made ?? ''), false);
    assert.equal(bytes.includes(body.token ?? ''), false);
  });

  it('take a password from stdin, which is not printed', async () => {
    const bob = 'bob@example.com';
    const { code, stdout } = await add(bob);

    assert.deepEqual([code, stdout], [0, `Added ${bob}.\n`]);
    assert.equal((await signIn({ email: bob, password })).status, 200);
  });

  it('are signed out when they are removed', async () => {
    const cid = 'cid@example.com';
    await add(cid);
    const { token } = (await signIn({ email: cid, password })).body;
    assert.ok(await isSignedIn(token));

    assert.equal((await user(['remove', cid])).code, 0);

    // A runtime remembers a session for a moment.
    await until('the end of the session', async () => !(await isSignedIn(token)));
    assert.equal((await signIn({ email: cid, password })).status, 401);
  });

  it('are signed out when they get another password', async () => {
    const dora = 'dora@example.com';
    await add(dora);
    const { token } = (await signIn({ email: dora, password })).body;

    assert.equal((await user(['reset', dora, '--password-stdin'], 'another one\r\n')).code, 0);

    // A runtime remembers a session for a moment.
    await until('the end of the session', async () => !(await isSignedIn(token)));
    assert.equal((await signIn({ email: dora, password: 'another one' })).status, 200);
  });

  it('explain themselves', async () => {
    const { code, stdout } = await user(['--help']);

    assert.equal(code, 0);
    assert.match(stdout, /two-factor <email> on\|off/);
  });

  it('sign in with two factors by kinvey-cli', async () => {
    const eve = 'eve@example.com';
    await add(eve);
    const { stdout } = await user(['two-factor', eve, 'on']);
    const totp = URI.parse(/^otpauth:.*$/m.exec(stdout)?.[0] ?? '');
    const cli = new KinveyCli(folder, folder, { host });
    const create = (...more: string[]) =>
      cli.run(
        ...['profile', 'create', 'eve', '--instance-id', runtime.url],
        ...['--email', eve, '--password', password, ...more],
      );

    assert.match((await create()).stderr, /InvalidTwoFactorAuth/);
    const code = totp.generate();
    assert.equal((await create('--2fa', code)).stdout.trim(), 'Created profile: eve');
    assert.match((await create('--2fa', code)).stderr, /InvalidTwoFactorAuth/);
    assert.equal((await cli.run('org', 'list')).code, 0);

    await user(['two-factor', eve, 'off']);
    assert.equal((await create()).code, 0);
  });

  it('are asked for the second factor by kinvey init', async () => {
    const hal = 'hal@example.com';
    await add(hal);
    const { stdout: told } = await user(['two-factor', hal, 'on']);
    const totp = URI.parse(/^otpauth:.*$/m.exec(told)?.[0] ?? '');
    const questions = [
      ['Profile name', 'hal'],
      ['Instance ID', runtime.url],
      ['E-mail', hal],
      ['Password', password],
      ['Two-factor authentication token', totp.generate()],
    ] as const;

    const { code, stdout } = await new KinveyCli(folder, folder, { host }).answer(
      questions,
      'init',
    );

    assert.equal(code, 0, stdout);
    assert.match(stdout, /Created profile: hal/);
  });
});
