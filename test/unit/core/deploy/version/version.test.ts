import assert from 'node:assert/strict';
import { isAppError } from '../../../../../src/core/base/errors';
import {
  checkTag,
  resolveBump,
  versionChoices,
} from '../../../../../src/core/deploy/version/version';
import { cloudVersion } from '../../../../../src/core/deploy/version/versionFacts';

const asText = (local?: string, cloud?: string) =>
  versionChoices({ local, cloud }).map(({ bump, version }) => `${bump} ${version}`);

describe('cloudVersion', () => {
  it('takes the latest rollout before what serves', () => {
    const deployment = { status: 'ERROR', version: '1.0.1' };

    assert.equal(cloudVersion({ status: 'ONLINE', version: '1.0.2', deployment }), '1.0.1');
    assert.equal(cloudVersion({ status: 'ONLINE', version: '1.0.2' }), '1.0.2');
    assert.equal(cloudVersion({ status: 'NEW' }), undefined);
  });
});

describe('versionChoices', () => {
  it('counts from the higher of both versions', () => {
    assert.deepEqual(asText('1.0.0', '1.2.3'), [
      'patch 1.2.4',
      'minor 1.3.0',
      'major 2.0.0',
      'prerelease 1.2.4-0',
    ]);
    assert.equal(asText('2.0.0', '1.2.3')[0], 'patch 2.0.1');
  });

  it('offers to keep only what the instance takes', () => {
    assert.ok(asText('1.0.1', '1.0.0').includes('none 1.0.1'));
    assert.ok(asText('1.0.0', undefined).includes('none 1.0.0'));
    assert.ok(asText('one', '1.0.0').includes('none one'));
    assert.ok(asText('1.0.0', 'one').includes('none 1.0.0'));
    assert.ok(!asText('1.0.0', '1.0.0').includes('none 1.0.0'));
    assert.ok(!asText('1.0.0-3', '1.0.0').includes('none 1.0.0-3'));
    assert.ok(!asText('1.0.0+2', '1.0.0+1').includes('none 1.0.0+2'));
  });

  it('counts from the highest that was ever deployed, which may be above both', () => {
    const version = (bump: string) =>
      resolveBump(bump, { local: '1.0.0', cloud: '1.0.2', highest: '1.4.0' });

    assert.deepEqual([version('patch'), version('minor')], ['1.4.1', '1.5.0']);
  });

  it('keeps the tag of a prerelease', () => {
    const next = (local: string, cloud?: string, tag?: string) =>
      resolveBump('prerelease', { local, cloud, tag });

    assert.equal(next('1.0.1-beta.2'), '1.0.1-beta.3');
    assert.equal(next('1.0.1-beta.2', '1.0.1'), '1.0.2-beta.0');
    assert.equal(next('1.0.0', '1.0.1-rc.0'), '1.0.1-rc.1');
    assert.equal(next('1.0.0', '1.0.1-rc.0', 'beta'), '1.0.2-beta.0');
    assert.equal(next('1.0.0', '1.0.0', 'beta'), '1.0.1-beta.0');
    assert.equal(next('1.0.1-0'), '1.0.1-1');
    for (const wrong of ['', '1', 'beta.1', 'a b']) {
      assert.throws(() => checkTag(wrong), /is no prerelease tag/);
    }
  });

  it('counts from nothing where there is no version', () => {
    assert.deepEqual(asText(), ['patch 0.0.1', 'minor 0.1.0', 'major 1.0.0', 'prerelease 0.0.1-0']);
  });
});

describe('resolveBump', () => {
  it('gives the number of a step', () => {
    assert.equal(resolveBump('minor', { local: '1.0.0', cloud: '1.2.3' }), '1.3.0');
    assert.equal(resolveBump('none', { local: '1.2.4', cloud: '1.2.3' }), '1.2.4');
  });

  it('takes an exact version', () => {
    assert.equal(resolveBump('3.0.0-beta.1', { local: '1.0.0', cloud: '1.2.3' }), '3.0.0-beta.1');
    assert.equal(resolveBump(' v3.0.0+7 ', { local: '1.0.0', cloud: '1.2.3' }), '3.0.0+7');
  });

  const refused: [string, string | undefined, string | undefined, RegExp][] = [
    ['none', '1.0.0', '1.0.0', /1\.0\.0 is not higher than 1\.0\.0/],
    ['none', undefined, '1.0.0', /has no version to keep/],
    ['1.0.0', '0.1.0', '1.0.1', /1\.0\.0 is not higher than 1\.0\.1/],
    ['huge', '1.0.0', '1.0.0', /"huge" is neither/],
    ['1.2', '1.0.0', '1.0.0', /"1\.2" is neither/],
  ];
  for (const [bump, local, cloud, sentence] of refused) {
    it(`refuses ${bump} for ${local ?? 'no version'} onto ${cloud ?? 'nothing'}, telling why`, () => {
      assert.throws(
        () => resolveBump(bump, { local, cloud }),
        (error) => isAppError(error, 'invalidInput') && sentence.test(error.message),
      );
    });
  }
});
