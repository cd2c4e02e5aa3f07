import { describe, expect, test } from 'bun:test';
import { routeOf } from './route.ts';

const none = new Headers();
const route = (method: string, path: string, query = '', headers = none) => routeOf(method, path, query, headers);

describe('routes', () => {
  test.each([
    ['/v1/chat/completions', 'openai-chat', 'chat'],
    ['/v1/completions', 'openai-chat', 'completions'],
    ['/v1/messages', 'anthropic-messages', 'chat'],
    ['/v1/responses', 'openai-responses', 'chat'],
    ['/v1/responses/compact', 'openai-responses', 'compact'],
    ['/v1/responses/input_tokens', 'openai-responses', 'count-tokens'],
    ['/v1/messages/count_tokens', 'anthropic-messages', 'count-tokens'],
  ] as const)('POST %s', (path, protocol, operation) => {
    expect(route('POST', path)).toEqual({ kind: 'relay', protocol, operation, path: {}, framing: 'sse' });
    expect(route('PUT', path)).toEqual({ kind: 'wrong_method', protocol });
  });

  test('Gemini has its model and whether it streams in the path', () => {
    expect(route('POST', '/v1beta/models/gemini-2.5-pro:generateContent')).toMatchObject({
      protocol: 'gemini',
      path: { model: 'gemini-2.5-pro', stream: false },
      framing: 'sse',
    });
    expect(route('POST', '/v1beta/models/a%2Fb:streamGenerateContent', '?alt=sse&key=x')).toMatchObject({
      path: { model: 'a/b', stream: true },
      framing: 'sse',
    });
    expect(route('POST', '/v1/models/a/b:streamGenerateContent')).toMatchObject({
      path: { model: 'a/b', stream: true },
      framing: 'json-array',
    });
  });

  test.each([
    ['GET', '/v1/responses/resp_1', 'resp_1', 'read'],
    ['DELETE', '/v1/responses/resp_1', 'resp_1', 'delete'],
    ['POST', '/v1/responses/a%2Fb/cancel', 'a/b', 'cancel'],
    ['GET', '/v1/responses/resp_1/input_items', 'resp_1', 'input_items'],
  ] as const)('%s %s is about an answer that is kept', (method, path, id, action) => {
    expect(route(method, path)).toEqual({ kind: 'stored', protocol: 'openai-responses', id, action });
    expect(route('PUT', path)).toMatchObject({ kind: 'wrong_method' });
    expect(route('GET', `${path}/more`)).toMatchObject({ kind: 'unknown' });
  });

  test('Gemini counts tokens below a model', () => {
    expect(route('POST', '/v1beta/models/m:countTokens')).toMatchObject({ operation: 'count-tokens' });
  });

  test('models are listed in the shape of whoever asks', () => {
    expect(route('GET', '/v1/models')).toEqual({ kind: 'models', protocol: 'openai-chat', model: undefined });
    expect(route('GET', '/v1beta/models/x')).toEqual({ kind: 'models', protocol: 'gemini', model: 'x' });
    const anthropic = new Headers({ 'anthropic-version': '2023-06-01' });
    expect(route('GET', '/v1/models/a%20b', '', anthropic)).toEqual({
      kind: 'models',
      protocol: 'anthropic-messages',
      model: 'a b',
    });
    expect(route('DELETE', '/v1/models/x')).toEqual({ kind: 'wrong_method', protocol: 'openai-chat' });
  });

  test('anything else is unknown, in the protocol it looks like', () => {
    expect(route('GET', '/v1/nothing')).toEqual({ kind: 'unknown', protocol: 'openai-chat' });
    expect(route('POST', '/v1/messages/batches')).toEqual({ kind: 'unknown', protocol: 'anthropic-messages' });
    expect(route('GET', '/v1beta/files')).toEqual({ kind: 'unknown', protocol: 'gemini' });
    expect(route('GET', '/v1/models/%E0%A4%A')).toMatchObject({ model: '%E0%A4%A' });
  });
});
