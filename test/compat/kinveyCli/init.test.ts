import assert from 'node:assert/strict';
import { useCliStation } from '../../support/cliStation';
import type { KinveyCli } from '../../support/kinveyCli';
import { owner } from '../../support/runtimeProcess';

describe('kinvey init', () => {
  const station = useCliStation();
  type Answers = readonly (readonly [prompt: string, answer: string])[];
  const init = (cli: KinveyCli, ...answers: Answers) => cli.answer(answers, 'init');
  const signIn = (password: string): Answers => [
    ['E-mail', owner.email],
    ['Password', password],
  ];
  const instance = (): Answers => [['Instance ID', station().runtime.url]];

  it('makes a profile that can be used at once', async () => {
    const cli = station().newcomer('first');

    const { code, stdout } = await init(
      cli,
      ['Profile name', 'new'],
      ...instance(),
      ...signIn(owner.password),
    );

    assert.equal(code, 0, stdout);
    assert.match(stdout, /Created profile: new/);
    assert.equal((await cli.run('org', 'list')).code, 0);
  });

  it('tells the profile as JSON where that is asked for', async () => {
    const cli = station().newcomer('json');
    const questions: Answers = [['Profile name', 'new'], ...instance(), ...signIn(owner.password)];

    const { code, stdout } = await cli.answer(questions, 'init', '--output', 'json');

    assert.equal(code, 0, stdout);
    const { result } = JSON.parse(/^\{[^]*\}$/m.exec(stdout)?.[0] ?? '{}') as { result: object };
    assert.deepEqual(result, { id: 'new' });
  });

  it('asks again after a wrong password', async () => {
    const { code, stdout } = await init(
      station().newcomer('second'),
      ['Profile name', 'new'],
      ...instance(),
      ...signIn('nonsense'),
      ...signIn(owner.password),
    );

    assert.equal(code, 0, stdout);
    assert.match(stdout, /Invalid credentials, please authenticate/);
    assert.match(stdout, /Created profile: new/);
  });

  it('renews an existing profile when that is meant', async () => {
    const before = station().tokenOf('dev');

    const { code, stdout } = await init(
      station().cli,
      ['Profile name', 'dev'],
      ['Override profile', 'y'],
      ...instance(),
      ...signIn(owner.password),
    );

    assert.equal(code, 0, stdout);
    assert.match(stdout, /Updated profile: dev/);
    assert.notEqual(station().tokenOf('dev'), before);
  });

  it('fails when an existing profile is not to be renewed', async () => {
    const before = station().tokenOf('dev');

    const { code } = await init(station().cli, ['Profile name', 'dev'], ['Override profile', 'n']);

    assert.equal(code, 1);
    assert.equal(station().tokenOf('dev'), before);
  });

  it('fails at an address that is none', async () => {
    const { code, stdout } = await init(
      station().newcomer('third'),
      ['Profile name', 'new'],
      ['Instance ID', 'http://127.0.0.1:1'],
    );

    assert.equal(code, 1);
    assert.match(stdout, /ECONNREFUSED/);
  });
});
