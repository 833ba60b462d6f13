import assert from 'node:assert/strict';
import { AttemptWindow } from '../../../../src/runtime/accounts/attemptWindow';

describe('AttemptWindow', () => {
  let now: number;
  let attempts: AttemptWindow;

  beforeEach(() => {
    now = 1_000;
    attempts = new AttemptWindow(2, 500, () => now);
  });

  const take = (...keys: string[]) => keys.map((key) => attempts.take(key));

  it('allows so many of a key, then tells how long to wait', () => {
    assert.deepEqual(take('a', 'a', 'b'), [0, 0, 0]);
    now += 100;

    assert.deepEqual(take('a', 'a', 'b', 'b'), [400, 400, 0, 400]);
  });

  it('begins anew when the window is over', () => {
    take('a', 'a');
    now += 500;

    assert.deepEqual(take('a', 'a', 'a'), [0, 0, 500]);
  });

  it('forgets a key, or one attempt of it', () => {
    take('a', 'a', 'b', 'b');
    attempts.forget('a');
    attempts.giveBack('b');
    attempts.giveBack('nobody');

    assert.deepEqual(take('a', 'a', 'b', 'b'), [0, 0, 0, 500]);
  });
});
