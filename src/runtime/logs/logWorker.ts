/**
 * The log worker: a thread of its own, so that neither lines nor questions about them hold up the
 * requests that the ingress passes on. logStore.ts starts it; logMessages.ts says what they speak.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../../core/base/errors';
import { LogDatabase } from './logDatabase';
import { LogIntake } from './logIntake';
import type { FromLogWorker, LogQuestion, LogWorkerData, ToLogWorker } from './logMessages';
import { LogQueries } from './logQueries';

if (parentPort) {
  serve(parentPort, workerData as LogWorkerData);
}

function serve(port: MessagePort, data: LogWorkerData): void {
  const send = (message: FromLogWorker) => port.postMessage(message);
  let database: LogDatabase;
  try {
    database = new LogDatabase(data.file, data.bytesKept);
  } catch (error) {
    send({ type: 'failed', reason: messageOf(error) });
    return;
  }
  const intake = new LogIntake(database, data, (written) => send({ type: 'written', ...written }));
  const answer = createAnswerer(database, intake);
  port.on('message', (message: ToLogWorker) => {
    if (!('id' in message)) {
      intake.put(message);
      return;
    }
    try {
      intake.flush();
      send({ type: 'answer', id: message.id, answer: answer(message) });
    } catch (error) {
      send({ type: 'refusal', id: message.id, reason: messageOf(error) });
    }
  });
}

function createAnswerer(database: LogDatabase, intake: LogIntake) {
  const queries = new LogQueries(database);
  const remove = (environmentId: string) => {
    intake.forget(environmentId);
    database.delete(environmentId);
  };
  const retain = (environmentIds: readonly string[]) => {
    const known = new Set(environmentIds);
    database
      .listEnvironments()
      .filter((id) => !known.has(id))
      .forEach(remove);
  };
  return (question: LogQuestion): unknown => {
    switch (question.type) {
      case 'page':
        return queries.page(question.environmentId, question.range);
      case 'locate':
        return queries.locate(question.environmentId, question.start);
      case 'follow':
        return queries.follow(question.environmentId, question.next);
      case 'delete':
        remove(question.environmentId);
        return undefined;
      case 'retain':
        retain(question.environmentIds);
        return undefined;
      case 'close':
        database.close();
        return undefined;
    }
  };
}
