import assert from 'node:assert/strict';
import {
  instanceLabel,
  isKinveyInstance,
  isLocalInstance,
  isSameInstance,
  knownInstances,
  resolveInstanceUrl,
} from '../../../../src/core/kinvey/instances';

describe('resolveInstanceUrl', () => {
  for (const [input, url] of [
    ['', 'https://manage.kinvey.com/'],
    ['  ', 'https://manage.kinvey.com/'],
    ['kvy-us2', 'https://kvy-us2-manage.kinvey.com/'],
    [' acme-EU1 ', 'https://acme-eu1-manage.kinvey.com/'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/'],
    ['http://localhost:4000/', 'http://localhost:4000/'],
    ['https://example.com/base', 'https://example.com/base/'],
    ['HTTPS://Example.com', 'https://example.com/'],
  ] as const) {
    it(`takes '${input}' as ${url}`, () => {
      assert.equal(resolveInstanceUrl(input), url);
    });
  }

  it('takes what it has answered', () => {
    for (const { url } of knownInstances) {
      assert.equal(resolveInstanceUrl(url), url);
    }
  });

  for (const host of [
    '127.0.0.1:4000',
    'localhost:4000',
    'localhost',
    'manage.acme.com',
    '[::1]:80',
  ]) {
    it(`asks for the scheme of ${host}`, () => {
      assert.throws(() => resolveInstanceUrl(host), {
        code: 'invalidInput',
        message: new RegExp(`write http://${host.replace(/[[\]]/g, '\\$&')} or https://`),
      });
    });
  }

  for (const input of [
    'kvy us1',
    'kvy_us1',
    '-a',
    'a-',
    'kvy;us1',
    'ftp://example.com',
    'http://',
  ]) {
    it(`refuses '${input}'`, () => {
      assert.throws(() => resolveInstanceUrl(input), { code: 'invalidInput' });
    });
  }

  for (const input of [
    'http://ann:geheim@example.com/',
    'http://example.com/?token=geheim',
    'http://example.com/#geheim',
  ]) {
    it(`refuses ${input} without repeating it`, () => {
      assert.throws(
        () => resolveInstanceUrl(input),
        (error: Error) => !error.message.includes('geheim'),
      );
    });
  }
});

describe('instanceLabel', () => {
  for (const [url, label] of [
    ['https://manage.kinvey.com/', 'Kinvey US'],
    ['https://kvy-us1-manage.kinvey.com/', 'Kinvey US'],
    ['https://kvy-eu1-manage.kinvey.com/', 'Kinvey EU'],
    ['https://kvy-us2-manage.kinvey.com', 'Kinvey US HIPAA'],
    ['https://acme-eu1-manage.kinvey.com/', 'acme-eu1'],
    ['http://127.0.0.1:4012/', 'Local Runtime (127.0.0.1:4012)'],
    ['http://localhost:4012/', 'Local Runtime (localhost:4012)'],
    ['http://[::1]:4012/', 'Local Runtime ([::1]:4012)'],
    ['https://flex.example.com:8443/base/', 'flex.example.com:8443'],
    ['what?', 'what?'],
  ] as const) {
    it(`calls ${url} ${label}`, () => {
      assert.equal(instanceLabel(url), label);
    });
  }
});

describe('isSameInstance', () => {
  it('knows both names of Kinvey US and forgives a missing slash', () => {
    assert.ok(isSameInstance('https://manage.kinvey.com', 'https://kvy-us1-manage.kinvey.com/'));
    assert.ok(!isSameInstance('https://manage.kinvey.com/', 'https://kvy-eu1-manage.kinvey.com/'));
    assert.ok(!isSameInstance('http://127.0.0.1:1/', 'http://127.0.0.1:2/'));
  });
});

describe('isKinveyInstance', () => {
  it('means those of the vendor, shared or dedicated', () => {
    for (const url of ['https://manage.kinvey.com/', 'https://acme-eu1-manage.kinvey.com/']) {
      assert.ok(isKinveyInstance(url), url);
    }
    for (const url of ['http://127.0.0.1:4012/', 'https://manage.kinvey.com.example.org/', '?']) {
      assert.ok(!isKinveyInstance(url), url);
    }
  });
});

describe('isLocalInstance', () => {
  it('means this machine only', () => {
    assert.ok(isLocalInstance('http://127.0.0.1:4012/'));
    assert.ok(!isLocalInstance('https://127.0.0.1.example.com/'));
  });
});
