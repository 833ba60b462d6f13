import assert from 'node:assert/strict';
import { LeakDecisions } from '../../../../src/core/review/leakDecisions';
import { createJsonMemory } from '../../../support/jsonMemory';

describe('LeakDecisions', () => {
  it('remembers over a reload what was accepted, in each folder', async () => {
    const texts = new Map<string, string>();
    const decisions = new LeakDecisions(createJsonMemory(texts));
    await decisions.accept('/orders', ['a']);
    await decisions.accept('/orders', ['b', 'a']);

    const reloaded = new LeakDecisions(createJsonMemory(texts));

    assert.ok(reloaded.isAccepted('/orders', 'a'));
    assert.ok(reloaded.isAccepted('/orders', 'b'));
    assert.ok(!reloaded.isAccepted('/orders', 'c'));
    assert.ok(!reloaded.isAccepted('/customers', 'a'));
  });

  it('takes what is no list as nothing', () => {
    const decisions = new LeakDecisions(
      createJsonMemory(new Map([['flexservice.leaks./orders', '"a"']])),
    );

    assert.ok(!decisions.isAccepted('/orders', 'a'));
  });

  it('forgets the oldest rather than growing without end', async () => {
    const decisions = new LeakDecisions(createJsonMemory());
    await decisions.accept('/orders', ['first']);
    await decisions.accept(
      '/orders',
      Array.from({ length: 1000 }, (_, index) => `${index}`),
    );

    assert.ok(!decisions.isAccepted('/orders', 'first'));
    assert.ok(decisions.isAccepted('/orders', '999'));
  });
});
