import { AppError, isAppError, messageOf } from '../base/errors';

/** What is shown instead of a variable's value. */
export const maskedValue = '••••••';

/** A server may quote what it refuses; nobody is to read the values of variables there. */
export function withoutValues(error: unknown, values: readonly string[]): unknown {
  const quoted = values.filter((value) => value !== '' && messageOf(error).includes(value));
  if (!isAppError(error) || quoted.length === 0) {
    return error;
  }
  const clean = quoted.reduce((text, value) => text.replaceAll(value, '[hidden]'), error.message);
  return new AppError(error.code, clean, { details: error.details });
}
