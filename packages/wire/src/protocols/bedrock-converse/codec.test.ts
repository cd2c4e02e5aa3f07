import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assemble } from '../../ir/assemble.ts';
import { mediaToFetch } from '../../ir/fetch-media.ts';
import { decodeBase64, encodeBase64 } from '../../ir/media.ts';
import type { DocumentPart, Part } from '../../ir/part.ts';
import type { IrMessage, IrRequest } from '../../ir/request.ts';
import { inputTokens, outputTokens } from '../../ir/usage.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { eventsOf } from '../testing/codecs.ts';
import { bedrockEgress } from './egress.ts';
import { readConverseUsage } from './usage.ts';
import { named } from '../../models/testing/named.ts';

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const user: IrMessage = { role: 'user', parts: [{ type: 'text', text: 'hi' }] };
const base: IrRequest = { by: 'openai-chat', model: 'asked', stream: false, messages: [user] };

function write(
  request: Partial<IrRequest>,
  model = claude,
  maxOutputTokens?: number,
): { body: JsonObject; losses: readonly string[] } {
  const { value, losses } = bedrockEgress.writeRequest({ ...base, ...request }, named(model, { maxOutputTokens }));
  return { body: value, losses: losses.map(({ path: at }) => at) };
}

const call = (callId: string): Part => ({ type: 'tool-call', callId, name: 'now', kind: 'function', arguments: '{}' });
const result = (callId: string, more: Partial<Extract<Part, { type: 'tool-result' }>> = {}): Part => ({
  type: 'tool-result',
  callId,
  kind: 'function',
  content: [{ type: 'text', text: 'noon' }],
  ...more,
});
const loop: readonly IrMessage[] = [
  user,
  { role: 'assistant', parts: [call('a')] },
  { role: 'user', parts: [result('a')] },
];
const now = { type: 'function', name: 'now' } as const;
const spec = { toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } };

describe('messages for Bedrock', () => {
  test('begin with the user, alternate, carry no blank text', () => {
    const { body, losses } = write({
      messages: [
        { role: 'assistant', parts: [{ type: 'text', text: 'Before' }] },
        { role: 'user', parts: [{ type: 'text', text: ' ' }] },
        { role: 'assistant', parts: [{ type: 'text', text: 'after ' }] },
      ],
    });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ text: '...' }] },
      { role: 'assistant', content: [{ text: 'Before' }, { text: 'after' }] },
    ]);
    expect(losses).toEqual(['messages[1].parts[0]', 'messages']);
  });

  test('put all results of a turn in front, each with its cache point', () => {
    const { body } = write({
      messages: [
        ...loop.slice(0, 2),
        {
          role: 'user',
          parts: [{ type: 'text', text: 'first', cache: {} }, result('a', { cache: { ttlSeconds: 300 } })],
        },
        { role: 'user', parts: [result('b', { error: true, content: [] })] },
      ],
    });
    expect((body['messages'] as readonly JsonObject[])[2]).toEqual({
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'a', content: [{ text: 'noon' }] } },
        { cachePoint: { type: 'default', ttl: '5m' } },
        { toolResult: { toolUseId: 'b', content: [{ text: '...' }], status: 'error' } },
        { text: 'first' },
        { cachePoint: { type: 'default' } },
      ],
    });
  });

  test('name calls within 64 plain letters, and results by the same', () => {
    const long = `call_${'é'.repeat(80)}`;
    const { body } = write({
      messages: [user, { role: 'assistant', parts: [call(long)] }, { role: 'user', parts: [result(long)] }],
    });
    const ids = [...JSON.stringify(body).matchAll(/"toolUseId":"([^"]*)"/g)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1] ?? '');
    expect(ids[0]).toMatch(/^[a-zA-Z0-9_-]{64}$/);
    const other = write({ messages: [user, { role: 'assistant', parts: [call(`${long}!`)] }] });
    expect(JSON.stringify(other.body)).not.toContain(ids[0] ?? '');
  });

  test('media come as bytes or from S3', () => {
    const url = (address: string): Part => ({ type: 'image', source: { kind: 'url', url: address } });
    const parts = [url('https://example.com/a.png'), url('s3://bucket/a.png')];
    const { body, losses } = write({ messages: [{ role: 'user', parts }] });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } } }] },
    ]);
    expect(losses).toEqual(['messages[0].parts[0]']);
    expect(mediaToFetch({ ...base, messages: [{ role: 'user', parts }] }, bedrockEgress)).toEqual([
      { url: 'https://example.com/a.png', path: 'messages[0].parts[0]' },
    ]);
  });

  test('a document has a name of its own in plain letters, and a text beside it', () => {
    const document = (more: Partial<DocumentPart>): Part => ({
      type: 'document',
      source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERi0=' },
      ...more,
    });
    const { body, losses } = write({
      messages: [
        {
          role: 'user',
          parts: [
            document({ title: 'Année  2025: $report_1.pdf' }),
            document({ filename: 'plain.pdf' }),
            document({ filename: 'plain.pdf', citations: true, context: 'Old.' }),
            document({}),
            document({
              source: {
                kind: 'parts',
                parts: [
                  { type: 'text', text: 'one' },
                  { type: 'text', text: 'two' },
                ],
              },
            }),
          ],
        },
      ],
    });
    const content = (body['messages'] as readonly { content: readonly JsonObject[] }[])[0]?.content ?? [];
    expect(content.map((block) => (block['document'] as JsonObject | undefined)?.['name'] ?? block['text'])).toEqual([
      'Ann e 2025 report 1 pdf',
      'plain',
      'plain (2)',
      'Document',
      'Document (2)',
      '...',
    ]);
    expect(content[2]).toMatchObject({ document: { citations: { enabled: true }, context: 'Old.' } });
    expect(content[4]).toMatchObject({ document: { source: { content: [{ text: 'one' }, { text: 'two' }] } } });
    expect(losses).toEqual(['messages[0].parts[0].title', 'messages[0].parts[2].filename', 'messages']);
  });
});

describe('tools for Bedrock', () => {
  test.each([
    ['auto', { toolChoice: { type: 'auto' } }, { tools: [spec], toolChoice: { auto: {} } }, []],
    ['any', { toolChoice: { type: 'required' } }, { tools: [spec], toolChoice: { any: {} } }, []],
    ['none leaves the tools out', { toolChoice: { type: 'none' } }, undefined, []],
    ['none with earlier calls', { toolChoice: { type: 'none' }, messages: loop }, { tools: [spec] }, ['toolChoice']],
    [
      'no tools with earlier calls',
      { tools: [], messages: loop },
      { tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object' } } } }] },
      ['tools'],
    ],
    ['no tools at all', { tools: undefined }, undefined, []],
  ] satisfies readonly [string, Partial<IrRequest>, JsonObject | undefined, readonly string[]][])(
    '%s',
    (_name, request, config, lost) => {
      const { body, losses } = write({ tools: [now], ...request });
      expect(body['toolConfig']).toEqual(config);
      expect(losses).toEqual([...lost]);
    },
  );

  test('what only some models know is a loss for the others', () => {
    const request: Partial<IrRequest> = {
      tools: [{ ...now, strict: true, cache: {} }],
      toolChoice: { type: 'tool', name: 'now', kind: 'function' },
      messages: [...loop.slice(0, 2), { role: 'user', parts: [result('a', { error: true })] }],
    };
    const onClaude = write(request);
    expect(onClaude.losses).toEqual([]);
    expect(onClaude.body['toolConfig']).toEqual({
      tools: [{ toolSpec: { ...spec.toolSpec, strict: true } }, { cachePoint: { type: 'default' } }],
      toolChoice: { tool: { name: 'now' } },
    });
    const onLlama = write(request, 'meta.llama3-3-70b-instruct-v1:0');
    expect(onLlama.losses).toEqual(['messages[2].parts[0].error', 'tools[0].strict', 'tools[0].cache', 'toolChoice']);
    expect(onLlama.body['toolConfig']).toEqual({ tools: [spec], toolChoice: { any: {} } });
    expect(write(request, 'us.amazon.nova-pro-v1:0').losses).toEqual(['tools[0].strict', 'tools[0].cache']);
    const cached = {
      messages: [...loop.slice(0, 2), { role: 'user', parts: [result('a', { cache: {} })] } as const],
      tools: [now],
    };
    expect([write(cached).losses, write(cached, 'us.amazon.nova-pro-v1:0').losses]).toEqual([
      [],
      ['messages[2].parts[0].cache'],
    ]);
  });

  test('Nova 2 searches by itself', () => {
    const search = { type: 'hosted', tool: 'web-search', by: 'openai-chat', raw: {}, maxUses: 3 } as const;
    const { body, losses } = write({ tools: [search] }, 'us.amazon.nova-2-lite-v1:0');
    expect(body['toolConfig']).toEqual({ tools: [{ systemTool: { name: 'nova_grounding' } }] });
    expect(losses).toEqual(['tools[0]', 'tools[0].maxUses']);
    expect(write({ tools: [search] }).body['toolConfig']).toBeUndefined();
  });
});

describe('thinking on Bedrock', () => {
  const high: Partial<IrRequest> = { reasoning: { effort: 'high' } };
  const adaptive = { thinking: { type: 'adaptive' } };
  const summarized = { thinking: { type: 'adaptive', display: 'summarized' } };
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';
  test.each([
    [claude, high, { thinking: { type: 'enabled', budget_tokens: 16_384 } }, undefined, ['reasoning']],
    [claude, { reasoning: { mode: 'off' } }, undefined, undefined, []],
    [claude, { ...high, maxOutputTokens: 1024 }, undefined, undefined, ['reasoning']],
    [claude, { ...high, messages: loop, tools: [now] }, undefined, undefined, ['reasoning']],
    [
      'anthropic.claude-opus-4-20250514-v1:0',
      { reasoning: { effort: 'max' } },
      { thinking: { type: 'enabled', budget_tokens: 31_999 } },
      undefined,
      ['reasoning'],
    ],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', high, undefined, undefined, ['reasoning']],
    ['anthropic.claude-opus-4-6-v1', high, adaptive, { effort: 'high' }, []],
    [
      'anthropic.claude-opus-4-6-v1',
      { reasoning: { effort: 'xhigh' } },
      adaptive,
      { effort: 'high' },
      ['reasoning.effort'],
    ],
    ['anthropic.claude-opus-5', { reasoning: { effort: 'xhigh' } }, summarized, { effort: 'xhigh' }, []],
    ['anthropic.claude-opus-5', { reasoning: { mode: 'off' } }, { thinking: { type: 'disabled' } }, undefined, []],
    ['anthropic.claude-fable-5', { reasoning: { effort: 'none' } }, undefined, { effort: 'low' }, ['reasoning']],
    ['anthropic.claude-opus-4-7', { reasoning: { effort: 'none' } }, undefined, undefined, []],
    [
      'anthropic.claude-opus-4-6-v1',
      { reasoning: { mode: 'adaptive', summary: 'none' } },
      adaptive,
      undefined,
      ['reasoning.summary'],
    ],
    [
      'anthropic.claude-opus-4-6-v1',
      { ...high, tools: [now], toolChoice: { type: 'required' } },
      undefined,
      { effort: 'high' },
      ['reasoning'],
    ],
    [arn, high, undefined, undefined, ['reasoning']],
    [
      'openai.gpt-oss-120b-1:0',
      { reasoning: { effort: 'minimal' } },
      { reasoning_effort: 'low' },
      undefined,
      ['reasoning.effort'],
    ],
    ['openai.gpt-oss-120b-1:0', { reasoning: { mode: 'off' } }, { reasoning_effort: 'low' }, undefined, ['reasoning']],
    [
      'us.amazon.nova-2-lite-v1:0',
      high,
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } },
      undefined,
      [],
    ],
    [
      'us.amazon.nova-2-lite-v1:0',
      { ...high, maxOutputTokens: 9 },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
      undefined,
      ['reasoning.effort'],
    ],
    ['amazon.nova-pro-v1:0', high, undefined, undefined, ['reasoning']],
  ] satisfies readonly [
    string,
    Partial<IrRequest>,
    JsonObject | undefined,
    JsonObject | undefined,
    readonly string[],
  ][])('%s %j', (model, request, more, output, lost) => {
    const { body, losses } = write(request, model);
    expect(body['additionalModelRequestFields']).toEqual(more);
    expect(body['outputConfig']).toEqual(output);
    expect(losses).toEqual([...lost]);
  });

  test('signed reasoning goes back byte for byte, and thinking goes on', () => {
    const signature = { by: 'bedrock-converse', value: 'c2lnbmF0dXJl' } as const;
    const parts: readonly Part[] = [
      { type: 'reasoning', text: 'hm ', signature },
      { type: 'reasoning', text: '', redacted: true, signature },
      call('a'),
    ];
    const messages = [user, { role: 'assistant', parts } as const, ...loop.slice(2)];
    const { body, losses } = write({ reasoning: { mode: 'on', budgetTokens: 2000 }, messages });
    expect((body['messages'] as readonly JsonObject[])[1]?.['content']).toEqual([
      { reasoningContent: { reasoningText: { text: 'hm ', signature: 'c2lnbmF0dXJl' } } },
      { reasoningContent: { redactedContent: 'c2lnbmF0dXJl' } },
      { toolUse: { toolUseId: 'a', name: 'now', input: {} } },
    ]);
    expect(body['additionalModelRequestFields']).toEqual({ thinking: { type: 'enabled', budget_tokens: 2000 } });
    expect(losses).toEqual(['tools']);
  });
});

describe('parameters for Bedrock', () => {
  test.each([
    [claude, { temperature: 1.7 }, { temperature: 1 }, undefined, ['sampling.temperature']],
    [claude, { temperature: 0.5, topP: 0.9, topK: 3 }, { temperature: 0.5 }, { top_k: 3 }, ['sampling.topP']],
    [
      'anthropic.claude-opus-4-8',
      { temperature: 0.5, topK: 1 },
      undefined,
      undefined,
      ['sampling.temperature', 'sampling.topK'],
    ],
    ['amazon.nova-lite-v1:0', { topP: 0.9, topK: 3 }, { topP: 0.9 }, { inferenceConfig: { topK: 3 } }, []],
    ['mistral.mistral-large-2407-v1:0', { topK: 3, seed: 1 }, undefined, undefined, ['sampling.seed', 'sampling.topK']],
  ])('%s samples %j', (model, sampling, config, more, lost) => {
    const { body, losses } = write({ sampling }, model);
    expect(body['inferenceConfig']).toEqual(config);
    expect(body['additionalModelRequestFields']).toEqual(more);
    expect(losses).toEqual(lost);
  });

  test('a cap beyond the model’s is cut', () => {
    expect(write({ maxOutputTokens: 9000 }, claude, 4096)).toMatchObject({
      body: { inferenceConfig: { maxTokens: 4096 } },
      losses: ['maxOutputTokens'],
    });
    expect(write({}, claude, 4096).body['inferenceConfig']).toBeUndefined();
  });

  test('a schema is told in words where the model takes none', () => {
    const format = { type: 'schema', schema: { type: 'object' } } as const;
    expect(write({ format }).body['outputConfig']).toMatchObject({ textFormat: { type: 'json_schema' } });
    const { body, losses } = write({ format }, 'amazon.nova-pro-v1:0');
    expect(body['outputConfig']).toBeUndefined();
    expect(JSON.stringify(body['system'])).toContain('JSON schema');
    expect(losses).toEqual(['format']);
  });

  test('metadata is texts of plain letters', () => {
    const { body, losses } = write({ metadata: { a: 'b', 'k?': 'v', n: 1, long: 'x'.repeat(300) } });
    expect(body['requestMetadata']).toEqual({ a: 'b' });
    expect(losses).toEqual(['metadata.k?', 'metadata.n', 'metadata.long']);
  });

  test.each([
    ['auto', undefined, []],
    ['standard_only', undefined, []],
    ['flex', { type: 'flex' }, []],
    ['scale', undefined, ['serviceTier']],
  ])('tier %s', (serviceTier, tier, lost) => {
    const { body, losses } = write({ serviceTier });
    expect(body['serviceTier']).toEqual(tier);
    expect(losses).toEqual(lost);
  });
});

describe('answers of Bedrock', () => {
  const folder = path.join(import.meta.dirname, 'fixtures');
  const file = (name: string, what: string): string => readFileSync(path.join(folder, name, what), 'utf8');
  const both = readdirSync(folder).filter((name) => {
    const files = readdirSync(path.join(folder, name));
    return files.includes('response.json') && files.includes('stream.sse');
  });

  test.each(both)('%s: the same whole and streamed', (name) => {
    const whole = bedrockEgress.readResponse(JSON.parse(file(name, 'response.json')) as Json, { requestId: 'req1' });
    if ('failure' in whole) throw new Error(whole.failure.message);
    const streamed = assemble(eventsOf(bedrockEgress, file(name, 'stream.sse')));
    expect(streamed.choices).toEqual([...whole.choices]);
    expect(streamed.usage).toEqual(whole.usage);
  });

  test('an exception ends a stream, with the status it would have had', () => {
    const failureOf = (event: string, data: string) =>
      eventsOf(
        bedrockEgress,
        `event: messageStart\ndata: {"role":"assistant"}\n\nevent: ${event}\ndata: ${data}\n\n`,
      ).at(-1);
    expect(failureOf('throttlingException', '{"message":"slow"}')).toMatchObject({
      failure: { status: 429, message: 'slow', type: 'ThrottlingException' },
    });
    expect(failureOf('modelStreamErrorException', '{}')).toMatchObject({ failure: { status: 502 } });
    expect(failureOf('somethingNewException', 'no JSON')).toMatchObject({
      type: 'error',
      failure: { status: 500, message: 'SomethingNewException' },
    });
  });

  test('a stream without its metadata is whole, one without its stop is not', () => {
    const text = file('text', 'stream.sse');
    const types = (part: string): readonly string[] => eventsOf(bedrockEgress, part).map(({ type }) => type);
    expect(types(text.slice(0, text.indexOf('event: metadata'))).slice(-2)).toEqual(['finish', 'response-end']);
    expect(types(text.slice(0, text.indexOf('event: messageStop')))).not.toContain('response-end');
  });

  test.each([
    [
      400,
      '{"message":"Malformed input"}',
      'ValidationException:http://internal.amazon.com/',
      400,
      'ValidationException',
    ],
    [400, '{"message":"The provided model identifier is invalid."}', 'ValidationException', 404, 'ValidationException'],
    [400, '{"message":"quota"}', 'ServiceQuotaExceededException', 429, 'ServiceQuotaExceededException'],
    [424, '{"message":"The model failed"}', 'ModelErrorException', 502, 'ModelErrorException'],
    [403, '{"Message":"Authentication failed"}', undefined, 403, undefined],
    [403, '{"message":"The security token is expired"}', 'ExpiredTokenException', 401, 'ExpiredTokenException'],
    [
      404,
      '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}',
      undefined,
      404,
      'UnknownOperationException',
    ],
    [503, '<html>', undefined, 503, undefined],
  ])('a refusal of %i %s', (status, body, header, read, type) => {
    const failure = bedrockEgress.readError(status, body, (name) => (name === 'x-amzn-errortype' ? header : undefined));
    expect(failure).toMatchObject({ status: read, type });
    expect(failure.message).not.toBe('');
  });

  test('usage is disjoint and sums to what was told', () => {
    const count = fc.nat(100_000);
    fc.assert(
      fc.property(count, count, count, count, count, (input, output, read, hour, minutes) => {
        const usage = readConverseUsage({
          inputTokens: input,
          outputTokens: output,
          totalTokens: input + output + read + hour + minutes,
          cacheReadInputTokens: read,
          cacheWriteInputTokens: hour + minutes,
          cacheDetails: [
            { ttl: '1h', inputTokens: hour },
            { ttl: '5m', inputTokens: minutes },
          ],
        });
        expect(inputTokens(usage ?? {})).toBe(input + read + hour + minutes);
        expect(outputTokens(usage ?? {})).toBe(output);
        expect(usage).toMatchObject({ cacheWrite1h: hour, cacheWrite5m: minutes });
      }),
    );
    expect(readConverseUsage({ inputTokens: 'x', outputTokens: -1 })).toBeUndefined();
    expect(readConverseUsage({ inputTokens: 5, cacheWriteInputTokens: 7 })).toEqual({
      inputText: 5,
      cacheWrite5m: 7,
      cacheWrite1h: 0,
    });
  });
});

test('base64 goes there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
    }),
  );
  expect(encodeBase64(encodeText('wörds'))).toBe('d8O2cmRz');
});
