import { AppError, isAppError, messageOf } from '../base/errors';
import { hideIn } from '../base/hiddenText';

/** What is shown instead of a variable's value. */
export const maskedValue = '••••••';

/** A server may quote what it refuses; nobody is to read the values of variables there. */
export function withoutValues(error: unknown, values: readonly string[]): unknown {
  const quoted = values.filter((value) => value !== '' && messageOf(error).includes(value));
  if (!isAppError(error) || quoted.length === 0) {
    return error;
  }
  return new AppError(error.code, hideIn(error.message, quoted), { details: error.details });
}
