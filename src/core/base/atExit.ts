import { toDisposable, type Disposable } from './disposable';

/**
 * What must not outlive this process, should it end before the disposal. Runs while it ends, the
 * last one first, so only what is synchronous happens; what it throws changes nothing any more.
 */
export function atExit(cleanUp: () => void): Disposable {
  const listener = () => {
    try {
      cleanUp();
    } catch {
      // There is nobody left to tell.
    }
  };
  process.prependListener('exit', listener);
  return toDisposable(() => process.off('exit', listener));
}
