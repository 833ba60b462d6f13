import assert from 'node:assert/strict';
import { findProvider, signInProviders } from '../../../../src/core/accounts/signInProviders';

describe('signInProviders', () => {
  const kinvey = { id: 'Kinvey', name: 'Kinvey', kind: 'password' };

  it('means e-mail and password where nothing else is enabled', () => {
    assert.deepEqual(signInProviders([]), [kinvey]);
    assert.deepEqual(signInProviders([{ _id: 'x', name: 'Okta', enabled: false }]), [kinvey]);
  });

  it('sorts by name, and knows the built-in provider by its own', () => {
    const listed = [
      { _id: '2', name: 'Okta', enabled: true },
      { _id: '1', name: 'kinveyIdentity', enabled: true },
      { _id: '3', name: 'Azure', enabled: true },
    ];

    assert.deepEqual(signInProviders(listed), [
      { id: '3', name: 'Azure', kind: 'browser' },
      { id: '1', name: 'Kinvey', kind: 'password' },
      { id: '2', name: 'Okta', kind: 'browser' },
    ]);
  });

  it('are found by id or name, and named where they are not', () => {
    const providers = signInProviders([{ _id: '2', name: 'Okta', enabled: true }]);

    assert.equal(findProvider(providers, '2').name, 'Okta');
    assert.equal(findProvider(providers, 'Okta').id, '2');
    assert.throws(() => findProvider(providers, 'Kinvey'), {
      code: 'invalidInput',
      message: 'The instance has no identity provider Kinvey. It has: Okta.',
    });
  });
});
