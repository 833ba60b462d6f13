import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../core/base/errors';
import { dataFiles } from '../dataFolder';
import { AccountStore } from '../store/accountStore';
import { Database } from '../store/database';
import { parseUserOptions, userUsage } from './userOptions';
import { Users } from './users';

/**
 * `node dist/runtime.js user …`: works on the database of a runtime, which may be running (SQLite's
 * WAL lets both). Answers what to print; throws AppError.
 */
export async function manageUsers(
  args: readonly string[],
  stdin: NodeJS.ReadableStream,
): Promise<string> {
  const { command, data } = parseUserOptions(args);
  if (command.action === 'help') {
    return userUsage;
  }
  const { database: file, ownerFile } = dataFiles(path.resolve(data));
  if (!existsSync(file)) {
    throw new AppError(
      'notFound',
      `There is no runtime's data in ${path.resolve(data)}: start the runtime once, or say where it is with --data.`,
    );
  }
  const database = new Database(file);
  try {
    // No session is opened here, so their life does not matter.
    const accounts = new AccountStore(database, 0);
    const users = new Users({ accounts, ownerFile, readPassword: () => readLine(stdin) });
    return await users.run(command);
  } finally {
    database.close();
  }
}

/** The first line, without its end. Reads no more than a password can be long. */
async function readLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n') || text.length > 8_192) {
      break;
    }
  }
  return (text.split('\n')[0] ?? '').replace(/\r$/, '');
}
