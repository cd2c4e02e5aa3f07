import { describe, expect, test } from 'bun:test';
import { endpoints } from './index.ts';
import { createMatcher } from './match.ts';
import { speakerOf } from './speaker.ts';

const match = createMatcher(endpoints);
const route = (method: string, path: string, query = '') => {
  const matched = match(method, path, () => new URLSearchParams(query));
  if (!matched) return undefined;
  return 'endpoint' in matched
    ? { id: matched.endpoint.id, target: matched.target }
    : { wrongMethod: matched.wrongMethod.protocol };
};
const plain = { params: {}, stream: undefined, framing: 'sse' } as const;

describe('endpoints', () => {
  test.each([
    ['/v1/chat/completions', 'chat', 'openai-chat'],
    ['/v1beta/openai/chat/completions', 'chat', 'openai-chat'],
    ['/v1/completions', 'completions', 'openai-chat'],
    ['/v1/messages', 'messages', 'anthropic-messages'],
    ['/v1/responses', 'responses', 'openai-responses'],
    ['/v1/responses/compact', 'responses-compact', 'openai-responses'],
    ['/v1/responses/input_tokens', 'responses-input-tokens', 'openai-responses'],
    ['/v1/messages/count_tokens', 'messages-count-tokens', 'anthropic-messages'],
    ['/v1beta/interactions', 'interactions', 'gemini-interactions'],
    ['/v1/interactions', 'interactions', 'gemini-interactions'],
  ] as const)('POST %s', (path, id, protocol) => {
    expect(route('POST', path)).toEqual({ id, target: plain });
    expect(route('PUT', path)).toEqual({ wrongMethod: protocol });
  });

  test('Gemini has its model and whether it streams in the path', () => {
    expect(route('POST', '/v1beta/models/gemini-2.5-pro:generateContent')).toEqual({
      id: 'generate-content',
      target: { params: { model: 'gemini-2.5-pro' }, stream: false, framing: 'sse' },
    });
    expect(route('POST', '/v1beta/models/a%2Fb:streamGenerateContent', 'alt=sse&key=x')).toMatchObject({
      target: { params: { model: 'a/b' }, stream: true, framing: 'sse' },
    });
    expect(route('POST', '/v1/models/a/b:streamGenerateContent')).toMatchObject({
      target: { params: { model: 'a/b' }, stream: true, framing: 'json-array' },
    });
    expect(route('POST', '/v1beta/models/m:countTokens')).toMatchObject({ id: 'gemini-count-tokens' });
    expect(route('GET', '/v1beta/models/m:countTokens')).toEqual({ wrongMethod: 'gemini' });
    expect(route('POST', '/v1/models/%E0%A4%A:generateContent')).toMatchObject({
      target: { params: { model: '%E0%A4%A' } },
    });
  });

  test.each([
    ['GET', '/v1beta/interactions/v1_a', 'v1_a', 'interactions-read'],
    ['DELETE', '/v1/interactions/v1_a', 'v1_a', 'interactions-delete'],
    ['POST', '/v1beta/interactions/v1_a/cancel', 'v1_a', 'interactions-cancel'],
  ] as const)('%s %s is about a stored interaction', (method, path, id, endpoint) => {
    expect(route(method, path)).toEqual({ id: endpoint, target: { ...plain, params: { id } } });
    expect(route('PUT', path)).toEqual({ wrongMethod: 'gemini-interactions' });
  });

  test.each([
    ['GET', '/v1/responses/resp_1', 'resp_1', 'responses-read'],
    ['DELETE', '/v1/responses/resp_1', 'resp_1', 'responses-delete'],
    ['POST', '/v1/responses/a%2Fb/cancel', 'a/b', 'responses-cancel'],
    ['GET', '/v1/responses/resp_1/input_items', 'resp_1', 'responses-input-items'],
  ] as const)('%s %s is about a stored response', (method, path, id, endpoint) => {
    expect(route(method, path)).toEqual({ id: endpoint, target: { ...plain, params: { id } } });
    expect(route('PUT', path)).toEqual({ wrongMethod: 'openai-responses' });
    expect(route('GET', `${path}/more`)).toBeUndefined();
  });

  test('two for one method and path are refused, whatever their parameters are called', () => {
    const [one] = endpoints;
    if (!one) throw new Error('there are no endpoints');
    const twin = { ...one, routes: [{ method: 'GET', path: '/v1/responses/{other}' }] } as const;
    expect(() => createMatcher([...endpoints, twin])).toThrow('two endpoints for GET /v1/responses/{}');
  });

  test('each has an id of its own', () => {
    expect(new Set(endpoints.map(({ id }) => id)).size).toBe(endpoints.length);
  });
});

test('whoever asks for something unknown is answered in the protocol it looks like', () => {
  const none = new Headers();
  expect(speakerOf('/v1/nothing', none).id).toBe('openai-chat');
  expect(speakerOf('/v1/messages/batches', none).id).toBe('anthropic-messages');
  expect(speakerOf('/v1/responses/x/y', none).id).toBe('openai-responses');
  expect(speakerOf('/v1beta/files', none).id).toBe('gemini');
  expect(speakerOf('/v1beta/interactions/x/y', none).id).toBe('gemini-interactions');
  expect(speakerOf('/v1beta/interactionsX', none).id).toBe('gemini');
  expect(speakerOf('/v1/models', new Headers({ 'anthropic-version': '2023-06-01' })).id).toBe('anthropic-messages');
});
