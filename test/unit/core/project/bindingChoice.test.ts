import assert from 'node:assert/strict';
import { accountId, type Account } from '../../../../src/core/accounts/account';
import type { CliProfile } from '../../../../src/core/accounts/cliSession';
import { chooseBinding, type BindingFacts } from '../../../../src/core/project/bindingChoice';

const us = 'https://manage.kinvey.com/';
const local = 'http://127.0.0.1:4000/';

function accountOf(email: string, instance = us): Account {
  return { id: accountId(email, instance), email, instance };
}

const ann = accountOf('ann@example.com');
const annLocal = accountOf('ann@example.com', local);
const bob = accountOf('bob@example.com');
const profileOf = (name: string, { email, instance }: Account): CliProfile => ({
  name,
  email,
  instance,
});

/** `bound <section> <account>`, `signedOut <section> <e-mail> <instance>` or `unbound`. */
function choose(sections: readonly string[], facts: Partial<BindingFacts>): string {
  const state = chooseBinding({
    accounts: [],
    profiles: [],
    ...facts,
    sections: sections.map((profile) => ({ profile, serviceId: 's' })),
  });
  switch (state.kind) {
    case 'unbound':
      return 'unbound';
    case 'bound':
      return `bound ${state.section.profile} ${state.account.id}`;
    case 'signedOut':
      return `signedOut ${state.section.profile} ${state.email} ${state.instance}`;
  }
}

describe('chooseBinding', () => {
  it('finds nothing in a folder without sections', () => {
    assert.equal(choose([], { accounts: [ann], remembered: ann.id }), 'unbound');
  });

  it("prefers the remembered account's section", () => {
    const facts = { accounts: [ann, bob], profiles: [profileOf('dev', ann)], remembered: bob.id };

    assert.equal(choose(['dev', 'bob@example.com'], facts), `bound bob@example.com ${bob.id}`);
  });

  it('tells the accounts of one e-mail at two instances apart by what is remembered', () => {
    const facts = { accounts: [ann, annLocal], remembered: annLocal.id };

    assert.equal(choose(['ann@example.com'], facts), `bound ann@example.com ${annLocal.id}`);
  });

  it('takes no other section while the remembered account is signed out', () => {
    const facts = { accounts: [bob], remembered: ann.id };

    assert.equal(
      choose(['bob@example.com', 'ann@example.com'], facts),
      `signedOut ann@example.com ann@example.com ${us}`,
    );
  });

  it('forgets the remembered account when it has no section any more', () => {
    const facts = { accounts: [ann, bob], remembered: ann.id };

    assert.equal(choose(['bob@example.com'], facts), `bound bob@example.com ${bob.id}`);
  });

  it('finds the section that was written before the CLI had a profile', () => {
    const facts = { accounts: [ann], profiles: [profileOf('dev', ann)], remembered: ann.id };

    assert.equal(choose(['other', 'ann@example.com'], facts), `bound ann@example.com ${ann.id}`);
  });

  it("follows the CLI's profiles before e-mails", () => {
    const facts = { accounts: [ann, bob], profiles: [profileOf('dev', bob)] };

    assert.equal(choose(['ann@example.com', 'dev'], facts), `bound dev ${bob.id}`);
  });

  it('never uses a section whose profile is another account', () => {
    for (const other of [bob, annLocal]) {
      const facts = { accounts: [ann], profiles: [profileOf('dev', other)], remembered: ann.id };

      assert.equal(choose(['dev'], facts), `signedOut dev ${other.email} ${other.instance}`);
    }
  });

  it('never uses a section of somebody else’s e-mail', () => {
    const facts = { accounts: [ann] };

    assert.equal(
      choose(['bob@example.com'], facts),
      'signedOut bob@example.com bob@example.com undefined',
    );
  });

  it('uses the only section with the only account where nothing is known of its name', () => {
    assert.equal(choose(['dev'], { accounts: [ann] }), `bound dev ${ann.id}`);
    assert.equal(choose(['dev'], { accounts: [ann, bob] }), 'signedOut dev undefined undefined');
    assert.equal(choose(['dev', 'test'], { accounts: [ann] }), 'signedOut dev undefined undefined');
    assert.equal(choose(['dev'], {}), 'signedOut dev undefined undefined');
  });

  it('uses a name of which nothing is known with the remembered account', () => {
    const facts = { accounts: [ann, bob], remembered: bob.id };

    assert.equal(choose(['dev'], facts), `bound dev ${bob.id}`);
  });
});
