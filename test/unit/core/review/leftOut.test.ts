import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { planBundle } from '../../../../src/core/project/bundlePlan';
import { leftOutFindings } from '../../../../src/core/review/leftOut';
import { createScratchFolder, removeScratchFolder } from '../../../support/scratchFolder';

describe('leftOutFindings', () => {
  let folder = '';
  const link = (name: string, target = 'nowhere') => symlinkSync(target, path.join(folder, name));
  const told = async (asCli = false) => leftOutFindings(await planBundle(folder, { asCli }));

  beforeEach(() => (folder = createScratchFolder('left-out')));
  afterEach(() => removeScratchFolder(folder));

  it('says of each path that cannot be sent why, and how to say that it need not be', async () => {
    mkdirSync(path.join(folder, 'lib'));
    link('lib/up', '../..');

    assert.deepEqual(await told(), [
      {
        severity: 'warning',
        code: 'leftOut',
        message:
          'lib/up is not deployed (link that leaves the folder). Where that is right, leave it out in .kinveyignore.',
        file: path.join(folder, 'lib/up'),
      },
    ]);
    writeFileSync(path.join(folder, '.kinveyignore'), '/lib/up\n');
    assert.deepEqual(await told(), []);
  });

  it('does not advise a file that counts for nothing in what kinvey-cli would send', async () => {
    link('lost.js');

    const [finding] = await told(true);

    assert.equal(finding?.message, 'lost.js is not deployed (link that leads nowhere).');
  });

  it('names no file that an editor would wait for', async () => {
    const plan = await planBundle(folder);
    const excluded = [{ path: 'pipe', rule: 'is no regular file', obstacle: 'special' }] as const;

    const [finding] = leftOutFindings({ ...plan, excluded });

    assert.match(finding?.message ?? '', /^pipe is not deployed \(is no regular file\)\./);
    assert.equal(finding?.file, undefined);
  });

  it('tells twenty, and how many more', async () => {
    for (let index = 10; index < 32; index += 1) link(`lost-${index}.js`);

    const findings = await told();

    assert.equal(findings.length, 21);
    assert.match(findings.at(19)?.message ?? '', /^lost-29\.js /);
    assert.equal(
      findings.at(20)?.message,
      `2 more in ${folder} are not deployed, such as lost-31.js.`,
    );
  });
});
