import * as vscode from 'vscode';
import { AppError } from '../../core/base/errors';
import type { LocalRun } from '../../core/handlers/localRuns';
import { dataEvents, type HandlerRequest } from '../../core/handlers/localService';
import { input, pick, type Choice } from '../ask';
import type { InvokeArgument } from '../contributions';

type Kind = HandlerRequest['kind'];
type Chosen = Pick<HandlerRequest, 'kind' | 'name'>;

const title = vscode.l10n.t('Invoke Handler');
const withId = new Set(['onGetById', 'onUpdate', 'onDeleteById']);
const withBody = new Set(['onInsert', 'onInsertMany', 'onUpdate']);
const withQuery = new Set(['onGetByQuery', 'onGetCountByQuery', 'onDeleteByQuery']);

/** Asks for what a request needs and was not given in advance. */
export async function completeRequest(
  argument: InvokeArgument,
  run: LocalRun,
  byPerson: boolean,
): Promise<HandlerRequest> {
  const { kind, name } = await chooseHandler(argument, run);
  const rest = { ...argument, kind, name };
  if (!byPerson) {
    return rest;
  }
  return kind === 'data' ? completeData(rest) : { ...rest, body: await askBody(kind, '{}') };
}

async function chooseHandler({ kind, name }: InvokeArgument, run: LocalRun): Promise<Chosen> {
  if (kind !== undefined && name !== undefined) {
    return { kind, name };
  }
  const discovered = run.discovery ?? { dataObjects: [], functions: [], auth: [] };
  const choices = [
    ...discovered.dataObjects.map((one) => choiceOf('data', one, 'database')),
    ...discovered.functions.map((one) => choiceOf('function', one, 'symbol-function')),
    ...discovered.auth.map((one) => choiceOf('auth', one, 'key')),
  ];
  const fitting = choices.filter(
    ({ value }) => (kind ?? value.kind) === value.kind && (name ?? value.name) === value.name,
  );
  if (fitting.length === 0) {
    throw new AppError(
      'notFound',
      vscode.l10n.t('The service has no such handler: {0}', name ?? kind ?? ''),
    );
  }
  return pick(fitting, { title, placeholder: vscode.l10n.t('Which handler?'), skipSingle: true });
}

function choiceOf(kind: Kind, name: string, icon: string): Choice<Chosen> {
  const words = {
    data: vscode.l10n.t('data object'),
    function: vscode.l10n.t('function'),
    auth: vscode.l10n.t('auth handler'),
  };
  return { label: name, description: words[kind], icon, value: { kind, name } };
}

async function completeData(request: HandlerRequest): Promise<HandlerRequest> {
  const event = request.event ?? (await askEvent(request.name));
  const id = withId.has(event) ? (request.id ?? (await askId())) : request.id;
  const query = withQuery.has(event) ? (request.query ?? (await askQuery())) : request.query;
  const isMany = event === 'onInsertMany';
  const body = withBody.has(event)
    ? (request.body ?? (await askBody('data', isMany ? '[{}]' : '{}')))
    : request.body;
  return { ...request, event, id, query, body };
}

async function askEvent(name: string): Promise<string> {
  return pick(
    dataEvents.map((value) => ({ label: value, value })),
    { title, placeholder: vscode.l10n.t('Which event of {0}?', name) },
  );
}

async function askId(): Promise<string> {
  return input({
    title,
    prompt: vscode.l10n.t('Id of the entity'),
    validate: (text) => (text === '' ? vscode.l10n.t('Enter an id.') : undefined),
  });
}

/** Contract 7.2: the query string's `query` holds a JSON object as text. */
async function askQuery(): Promise<Record<string, string>> {
  const text = await input({
    title,
    prompt: vscode.l10n.t('Query, a JSON object'),
    value: '{}',
    validate: validateJson,
  });
  return { query: text };
}

async function askBody(kind: Kind, value: string): Promise<unknown> {
  const text = await input({
    title,
    prompt:
      kind === 'auth'
        ? vscode.l10n.t('Body: JSON with username and password')
        : vscode.l10n.t('Body of the request, JSON'),
    value: kind === 'auth' ? '{"username":"ann","password":""}' : value,
    validate: validateJson,
  });
  return JSON.parse(text) as unknown;
}

function validateJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
