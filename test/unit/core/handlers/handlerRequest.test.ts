import assert from 'node:assert/strict';
import { isAppError } from '../../../../src/core/base/errors';
import { dataEvents } from '../../../../src/core/handlers/dataRoute';
import { buildRequest, type HandlerRequest } from '../../../../src/core/handlers/handlerRequest';

describe('buildRequest', () => {
  const line = (request: HandlerRequest) => {
    const { method, path, body } = buildRequest(request, 10_001);
    return [method, path, ...(body === undefined ? [] : [body])].join(' ');
  };
  const data = (event: string | undefined, rest: Partial<HandlerRequest> = {}) =>
    line({ kind: 'data', name: 'my orders', event, ...rest });

  it('knows the eleven events', () => {
    assert.equal(dataEvents.length, 11);
  });

  const query = { query: '{"a":1}', limit: '2' };
  const search = '?query=%7B%22a%22%3A1%7D&limit=2';
  const routes: [string | undefined, Partial<HandlerRequest>, string][] = [
    ['onGetAll', {}, 'GET /my%20orders'],
    ['onGetById', { id: '1' }, 'GET /my%20orders/1'],
    ['onGetByQuery', { query }, `GET /my%20orders${search}`],
    ['onGetByQuery', {}, 'GET /my%20orders?query=%7B%7D'],
    ['onGetCount', {}, 'GET /my%20orders/_count'],
    ['onGetCountByQuery', { query }, `GET /my%20orders/_count${search}`],
    ['onInsert', { body: { a: 1 } }, 'POST /my%20orders {"a":1}'],
    ['onInsert', {}, 'POST /my%20orders {}'],
    ['onInsertMany', { body: [] }, 'POST /my%20orders []'],
    ['onUpdate', { id: '1', body: { a: 1 } }, 'PUT /my%20orders/1 {"a":1}'],
    ['onDeleteAll', {}, 'DELETE /my%20orders'],
    ['onDeleteById', { id: '1' }, 'DELETE /my%20orders/1'],
    ['onDeleteByQuery', { query }, `DELETE /my%20orders${search}`],
    [undefined, {}, 'GET /my%20orders'],
    [undefined, { id: '1' }, 'GET /my%20orders/1'],
    [undefined, { query }, `GET /my%20orders${search}`],
    [undefined, { body: {} }, 'POST /my%20orders {}'],
    [undefined, { body: [1] }, 'POST /my%20orders [1]'],
    [undefined, { id: '1', body: {} }, 'PUT /my%20orders/1 {}'],
  ];
  for (const [event, rest, expected] of routes) {
    it(`routes ${event ?? 'no event'} with ${Object.keys(rest).join(' and ') || 'nothing'} to ${expected}`, () => {
      assert.equal(data(event, rest), expected);
    });
  }

  const refused: [string, Partial<HandlerRequest>, RegExp][] = [
    ['onGetById', {}, /needs the id/],
    ['onGetById', { id: '_count' }, /needs the id/],
    ['onGetAll', { query }, /takes no query: use onGetByQuery/],
    ['onGetCount', { query }, /takes no query: use onGetCountByQuery/],
    ['onDeleteAll', { query }, /takes no query: use onDeleteByQuery/],
    ['onInsert', { body: [] }, /use onInsertMany/],
    ['onInsertMany', { body: {} }, /needs an array/],
    ['onPatch', {}, /onPatch is no FlexData event/],
    ['toString', {}, /toString is no FlexData event/],
    ['onGetAll', { name: '' }, /name of the handler is missing/],
    ['onGetAll', { context: { username: 'a\r\nx: y' } }, /x-kinvey-username holds a character/],
    ['onGetAll', { secret: '日' }, /x-auth-key holds a character/],
  ];
  for (const [event, rest, sentence] of refused) {
    it(`refuses ${event} where it would not reach its handler: ${sentence.source}`, () => {
      assert.throws(
        () => data(event, rest),
        (error) => isAppError(error, 'invalidInput') && sentence.test(error.message),
      );
    });
  }

  it('puts what a function gets into its envelope', () => {
    const call = line({
      kind: 'function',
      name: 'total/all',
      body: { a: 1 },
      query: { q: '1' },
      context: { hookType: 'pre', objectName: 'orders', entityId: '7' },
    });

    assert.equal(
      call,
      'POST /_flexFunctions/total%2Fall {"body":{"a":1},"method":"POST","query":{"q":"1"},"hookType":"pre","objectName":"orders","entityId":"7"}',
    );
  });

  it('gives a post hook its body as the response so far', () => {
    const { body } = buildRequest(
      { kind: 'function', name: 'f', body: [1], context: { hookType: 'post' } },
      1,
    );

    assert.deepEqual(JSON.parse(body ?? ''), {
      body: [1],
      method: 'POST',
      hookType: 'post',
      response: { status: 200, headers: {}, body: [1] },
    });
  });

  it('posts an auth request as it is', () => {
    const body = { username: 'ann', password: 'x' };

    assert.equal(
      line({ kind: 'auth', name: 'login', body }),
      'POST /_auth/login {"username":"ann","password":"x"}',
    );
  });

  it('tells the context in headers, as JSON that headers can carry', () => {
    const { headers } = buildRequest(
      {
        kind: 'data',
        name: 'orders',
        headers: { Authorization: 'Kinvey ü日😀' },
        secret: 'hush',
        context: {
          username: 'ann',
          userId: 'u1',
          environmentId: 'kid_1',
          requestId: 'r1',
          appMetadata: { _id: 'é' },
        },
      },
      10_001,
    );

    assert.deepEqual(headers, {
      host: 'localhost:10001',
      accept: 'application/json',
      'x-auth-key': 'hush',
      'x-kinvey-environment-id': 'kid_1',
      'x-kinvey-request-id': 'r1',
      'x-kinvey-username': 'ann',
      'x-kinvey-user-id': 'u1',
      'x-kinvey-app-metadata': '{"_id":"\\u00e9"}',
      'x-kinvey-original-request-headers':
        '{"authorization":"Kinvey \\u00fc\\u65e5\\ud83d\\ude00"}',
    });
  });
});
