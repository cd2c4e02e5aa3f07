import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { inputTokens, outputTokens } from '../../ir/usage.ts';
import { decodeText } from '../../text.ts';
import { readChatError, writeChatError, writeChatStreamError } from './errors.ts';
import { readChatResponse } from './response.ts';
import { readChatUsage } from './usage.ts';

describe('readChatUsage', () => {
  test('takes the details out of their totals', () => {
    const raw = {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 30, audio_tokens: 10, cache_write_tokens: 5 },
      completion_tokens_details: {
        reasoning_tokens: 20,
        audio_tokens: 4,
        accepted_prediction_tokens: 3,
        rejected_prediction_tokens: 1,
      },
    };
    expect(readChatUsage(raw)).toEqual({
      inputText: 55,
      cacheRead: 30,
      cacheWrite5m: 5,
      inputAudio: 10,
      outputText: 46,
      outputAudio: 4,
      reasoning: 20,
    });
  });

  test('absent is not zero', () => {
    expect(readChatUsage({ prompt_tokens: 3, completion_tokens: 0 })).toEqual({ inputText: 3, outputText: 0 });
    expect(readChatUsage({ prompt_tokens: 3 })).toEqual({ inputText: 3 });
    expect(readChatUsage({ prompt_tokens: 3, total_tokens: 5 })).toEqual({ inputText: 3, outputText: 2 });
    expect(readChatUsage({ completion_tokens: 3, total_tokens: 5 })).toEqual({ inputText: 2, outputText: 3 });
    expect(readChatUsage({ total_tokens: 5 })).toBeUndefined();
    expect(readChatUsage({ prompt_tokens: '3', completion_tokens: -1 })).toBeUndefined();
  });

  test('details that exceed their total are clamped, cached tokens first', () => {
    const raw = {
      prompt_tokens: 10,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 9 },
    };
    expect(readChatUsage(raw)).toEqual({ inputText: 0, cacheRead: 8, cacheWrite5m: 2, outputText: 2, reasoning: 2 });
  });

  test('the buckets sum to the provider’s totals, none below zero; nothing throws', () => {
    const count = fc.oneof(fc.nat(1000), fc.constantFrom<unknown>(null, -5, 1.5, 'x', 1e308, {}));
    const details = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom('cached_tokens', 'audio_tokens', 'cache_write_tokens', 'reasoning_tokens', 'image_tokens'),
        count,
      ),
    );
    fc.assert(
      fc.property(
        count,
        count,
        fc.record(
          { prompt_tokens_details: details, completion_tokens_details: details, total_tokens: count },
          { requiredKeys: [] },
        ),
        (prompt, completion, rest) => {
          const usage = readChatUsage({ prompt_tokens: prompt, completion_tokens: completion, ...rest });
          for (const value of Object.values(usage ?? {})) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
          const valid = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < 2 ** 53;
          if (valid(prompt)) expect(inputTokens(usage ?? {})).toBe(Math.ceil(prompt));
          if (valid(completion)) expect(outputTokens(usage ?? {})).toBe(Math.ceil(completion));
          if (usage?.reasoning !== undefined) expect(usage.reasoning).toBeLessThanOrEqual(usage.outputText ?? 0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('readChatError', () => {
  const message = (status: number, body: unknown): string =>
    readChatError(status, typeof body === 'string' ? body : JSON.stringify(body)).message;

  test('reads every vendor’s shape, in the order of the protocol', () => {
    expect(
      readChatError(
        429,
        '{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}',
      ),
    ).toEqual({
      status: 429,
      message: 'slow down',
      type: 'requests',
      code: 'rate_limit_exceeded',
      param: undefined,
    });
    expect(message(400, { error: 'plain' })).toBe('plain');
    expect(message(400, [{ error: { code: 400, message: 'array', status: 'INVALID_ARGUMENT' } }])).toBe('array');
    expect(message(400, { type: 'error', error: { type: 'invalid_request_error', message: 'anthropic' } })).toBe(
      'anthropic',
    );
    expect(message(400, { message: 'm', msg: 'n' })).toBe('m');
    for (const key of ['msg', 'err', 'error_msg', 'detail']) expect(message(400, { [key]: 'words' })).toBe('words');
    expect(message(400, { header: { message: 'h' } })).toBe('h');
    expect(message(400, { response: { error: { message: 'r' } } })).toBe('r');
    expect(message(422, { detail: [{ loc: ['body'], msg: 'bad' }] })).toBe('[{"loc":["body"],"msg":"bad"}]');
    expect(
      message(502, { error: { code: 502, message: 'Provider returned error', metadata: { raw: 'the cause' } } }),
    ).toBe('Provider returned error (the cause)');
  });

  test('repeats nothing of what is not JSON', () => {
    for (const body of ['', '<html>internal.example.com</html>', 'null', '3', '{}', '[]']) {
      expect(readChatError(503, body)).toMatchObject({
        status: 503,
        message: 'The upstream answered with status 503.',
      });
    }
  });

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .dictionary(fc.constantFrom('error', 'message', 'header', 'response', 'detail'), fc.jsonValue())
            .map((json) => JSON.stringify(json)),
        ),
        fc.integer({ min: 200, max: 599 }),
        (body, status) => {
          const failure = readChatError(status, body);
          expect(failure.message.length).toBeLessThanOrEqual(2000);
          expect(failure.message).not.toBe('');
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test('errors are written in OpenAI’s shape, and as the last frame of a stream', () => {
  const words = {
    status: 404,
    code: 'model_not_found',
    type: 'invalid_request_error',
    message: 'no\nmodel',
    param: 'model',
  };
  const body = {
    error: { message: 'no\nmodel', type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
  };
  expect(writeChatError(words, 'req')).toEqual(body);
  expect(decodeText(writeChatStreamError(words, 'req'))).toBe(`data: ${JSON.stringify(body)}\n\n`);
});

describe('readChatResponse', () => {
  const choice = (message: object, finish_reason = 'stop') => ({
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
  });

  test('reads usage, meaning and an estimate', () => {
    expect(
      readChatResponse({ ...choice({ content: 'a'.repeat(40) }), usage: { prompt_tokens: 1, completion_tokens: 2 } }),
    ).toEqual({
      usage: { inputText: 1, outputText: 2 },
      meaningful: true,
      error: undefined,
      outputEstimate: 0,
    });
    expect(readChatResponse(choice({ content: 'a'.repeat(40) })).outputEstimate).toBe(10);
    expect(readChatResponse(choice({ content: '漢字仮名' })).outputEstimate).toBe(4);
    expect(readChatResponse({ choices: [{ text: 'legacy' }] })).toMatchObject({ meaningful: true, outputEstimate: 2 });
  });

  test('an empty answer is not meaningful, a filtered one is', () => {
    expect(readChatResponse(choice({ content: '' })).meaningful).toBe(false);
    expect(readChatResponse(choice({ content: null, tool_calls: [] })).meaningful).toBe(false);
    expect(readChatResponse({ choices: [] })).toMatchObject({ meaningful: false, error: undefined });
    expect(readChatResponse(choice({ content: '' }, 'content_filter')).meaningful).toBe(true);
    expect(
      readChatResponse(choice({ tool_calls: [{ id: 'x', function: { name: 'f', arguments: '{}' } }] })).meaningful,
    ).toBe(true);
  });

  test('an error inside a 200 has the status it should have had', () => {
    expect(readChatResponse({ error: { message: 'x', code: 429 } }).error).toMatchObject({ status: 429, message: 'x' });
    expect(readChatResponse({ error: { message: 'x', type: 'authentication_error' } }).error?.status).toBe(401);
    expect(readChatResponse({ code: 1001, msg: 'busy' }).error).toMatchObject({
      status: 500,
      message: 'busy',
      code: '1001',
    });
    expect(readChatResponse({ ...choice({ content: 'x' }), error: null }).error).toBeUndefined();
  });

  test('never throws on any JSON', () => {
    const key = fc.constantFrom('choices', 'message', 'usage', 'error', 'content', 'tool_calls', 'text');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (json) => {
        const facts = readChatResponse(json);
        expect(Number.isSafeInteger(facts.outputEstimate)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
