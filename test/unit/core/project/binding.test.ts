import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { accountId, type Account } from '../../../../src/core/accounts/account';
import {
  profileFor,
  readBindings,
  removeBinding,
  writeBinding,
} from '../../../../src/core/project/binding';
import { useTempFolder } from '../../../support/tempFolder';

describe('.kinvey', () => {
  const folder = useTempFolder();
  const file = () => path.join(folder(), '.kinvey');
  const write = (text: string) => writeFile(file(), text);
  const read = () => readFile(file(), 'utf8');

  const target = {
    organizationId: 'o1',
    serviceId: 's1',
    serviceName: 'orders',
    environmentId: 'e1',
  };
  const written =
    '{"dev":{"flex":{"domain":"org","domainEntityId":"o1","serviceId":"s1","serviceName":"orders","svcEnvId":"e1","schemaVersion":4}}}';

  it('is read as kinvey-cli writes it', async () => {
    await write(written);

    assert.deepEqual(await readBindings(folder()), [
      {
        profile: 'dev',
        organizationId: 'o1',
        serviceId: 's1',
        serviceName: 'orders',
        environmentId: 'e1',
      },
    ]);
  });

  it('is read in its older forms', async () => {
    await write(
      JSON.stringify({
        early: { flex: { domain: 'app', domainEntityId: 'a1', serviceId: 's1', jobId: 'j' } },
        deleted: { flex: { domain: 'org', svcEnvId: 'e1' } },
        none: {},
        odd: 'x',
        app: null,
      }),
    );

    assert.deepEqual(await readBindings(folder()), [
      {
        profile: 'early',
        organizationId: undefined,
        serviceId: 's1',
        serviceName: undefined,
        environmentId: undefined,
      },
    ]);
  });

  for (const empty of [undefined, '', '\n', '""', 'null', '{}']) {
    it(`binds nothing when it is ${empty === undefined ? 'missing' : JSON.stringify(empty)}, and is written onto that`, async () => {
      if (empty !== undefined) {
        await write(empty);
      }

      assert.deepEqual(await readBindings(folder()), []);
      await removeBinding(folder(), 'dev');
      await writeBinding(folder(), 'dev', target);
      assert.equal(await read(), written);
    });
  }

  for (const broken of ['{"dev":', '[]', '"text"', '3']) {
    it(`is left as it is when it holds ${broken}`, async () => {
      await write(broken);
      const told = (error: { code?: string; message: string }) =>
        error.code === 'bindingBroken' && error.message.includes(file());

      await assert.rejects(readBindings(folder()), told);
      await assert.rejects(writeBinding(folder(), 'dev', target), told);
      await assert.rejects(removeBinding(folder(), 'dev'), told);

      assert.equal(await read(), broken);
    });
  }

  it('keeps other sections and unknown keys in their order', async () => {
    await write(
      '{"a":{"flex":{"serviceId":"x"},"more":1},"dev":{"flex":{"domain":"app","serviceId":"old","jobId":"j"},"note":"mine"},"__proto__":{"flex":{}}}',
    );

    await writeBinding(folder(), 'dev', target);

    assert.equal(
      await read(),
      '{"a":{"flex":{"serviceId":"x"},"more":1},"dev":{"flex":{"domain":"org","serviceId":"s1","jobId":"j","domainEntityId":"o1","serviceName":"orders","svcEnvId":"e1","schemaVersion":4},"note":"mine"},"__proto__":{"flex":{}}}',
    );
  });

  it('loses only the section that is removed', async () => {
    await writeBinding(folder(), 'dev', target);
    await writeBinding(folder(), 'ann@example.com', { ...target, serviceId: 's2' });

    await removeBinding(folder(), 'dev');
    await removeBinding(folder(), 'never');

    const [left, ...others] = await readBindings(folder());
    assert.equal(left?.profile, 'ann@example.com');
    assert.deepEqual(others, []);
  });

  it('leaves no other file behind', async () => {
    await writeBinding(folder(), 'dev', target);

    assert.deepEqual(await readdir(folder()), ['.kinvey']);
  });

  it('tells when it cannot be written', async () => {
    await assert.rejects(writeBinding(path.join(folder(), 'gone'), 'dev', target), {
      code: 'fileInvalid',
    });
  });
});

describe('profileFor', () => {
  const instance = 'https://manage.kinvey.com/';
  const email = 'ann@example.com';
  const ann: Account = { id: accountId(email, instance), email, instance };

  it("is the CLI's profile of the same e-mail and instance", () => {
    const profiles = [
      { name: 'local', email, instance: 'http://127.0.0.1:4000/' },
      { name: 'bob', email: 'bob@example.com', instance },
      { name: 'dev', email: 'Ann@Example.com', instance: 'https://kvy-us1-manage.kinvey.com/' },
    ];

    assert.equal(profileFor(ann, profiles), 'dev');
  });

  it('is the e-mail where the CLI has none', () => {
    assert.equal(profileFor(ann, []), email);
  });
});
