import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { WriteContext } from '../../ir/codec.ts';
import { explode } from '../../ir/explode.ts';
import type { IrRequest } from '../../ir/request.ts';
import type { IrResponse } from '../../ir/response.ts';
import { responses } from '../../ir/testing/arbitraries.ts';
import type { Frame } from '../../json/sse.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { geminiEgress } from './egress.ts';
import { geminiIngress } from './ingress.ts';
import { carrySignature, readSignature } from './signatures.ts';
import { named } from '../../models/testing/named.ts';

const call = { operation: 'chat', model: 'gemini-3-pro', stream: false } as const;

function readRequest(json: JsonObject): IrRequest {
  const read = geminiIngress.readRequest(json, call);
  if ('invalid' in read) throw new Error(read.invalid);
  return read.value;
}

function context(framing?: WriteContext['framing']): WriteContext {
  return {
    requestId: 'r1',
    model: 'asked',
    created: 1,
    operation: 'chat',
    wantsUsage: true,
    inputEstimate: 3,
    request: { by: 'gemini', model: 'asked', messages: [], stream: true },
    framing,
  };
}

const user = { role: 'user', parts: [{ type: 'text', text: 'Go' }] } as const;

function write(request: Partial<IrRequest>, model = 'gemini-3-pro') {
  return geminiEgress.writeRequest(
    { by: 'openai-chat', model: 'm', stream: false, messages: [user], ...request },
    named(model),
  );
}

function readResponse(json: Json): IrResponse {
  const read = geminiEgress.readResponse(json, { requestId: 'r1' });
  if ('failure' in read) throw new Error(read.failure.message);
  return read;
}

const frame = (json: JsonObject): Frame => ({ event: undefined, data: JSON.stringify(json), id: undefined });

describe('signatures', () => {
  test('come back byte for byte, and travel as base64 when they are not Gemini’s', () => {
    const by = fc.constantFrom('openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse');
    fc.assert(
      fc.property(fc.record({ by, value: fc.string({ minLength: 1 }) }), (signature) => {
        const carried = carrySignature(signature);
        expect(readSignature(carried)).toEqual({ signature, redacted: undefined });
        expect(readSignature(carrySignature(signature, true)).signature).toEqual(signature);
        if (signature.by !== 'gemini') expect(carried).toMatch(/^[A-Za-z0-9+/]+=*$/);
        // What was packed once may be packed again: a signature that looks like one of ours.
        expect(readSignature(carrySignature({ by: 'gemini', value: carried })).signature).toEqual({
          by: 'gemini',
          value: carried,
        });
      }),
    );
  });

  test('go back on the part that carried them', () => {
    const contents = [
      { role: 'user', parts: [{ text: 'Go' }] },
      {
        role: 'model',
        parts: [
          { text: 'I think', thought: true },
          { text: 'Well', thoughtSignature: 'c2VhbC0x' },
          { functionCall: { id: 'a', name: 'now', args: { n: 1 } }, thoughtSignature: 'c2VhbC0y' },
          { functionCall: { id: 'b', name: 'now', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'now', response: { t: 1 } } },
          { functionResponse: { id: 'b', name: 'now', response: { output: 'noon' } } },
        ],
      },
    ];
    const { value, losses } = geminiEgress.writeRequest(readRequest({ contents }), named('gemini-3-pro'));
    expect(value).toEqual({ contents });
    expect(losses).toEqual([]);
  });

  test('find their text again when a client gives a streamed answer back in pieces', () => {
    const parts = [
      { type: 'reasoning', text: 'Let me see.', signature: { by: 'anthropic-messages', value: 'one' } },
      { type: 'reasoning', text: '', signature: { by: 'anthropic-messages', value: 'two' }, redacted: true },
      { type: 'reasoning', text: '', signature: { by: 'anthropic-messages', value: 'three' } },
      { type: 'text', text: 'Hello you', signature: { by: 'gemini', value: 'Zm91cg==' } },
      { type: 'text', text: 'Bye' },
      { type: 'tool-call', callId: 'a', name: 'f', kind: 'function', arguments: '{}' },
    ] as const;
    const answer = { id: '', model: '', choices: [{ index: 0, parts, finish: { reason: 'stop' } as const }] };
    const writer = geminiIngress.writeEvents(context());
    const frames = explode(answer)
      .flatMap((event) => writer.write(event).split('\n\n'))
      .filter((text) => text !== '');
    const contents = frames.map((text) => {
      const [candidate] = (JSON.parse(text.slice('data: '.length)) as { candidates: JsonObject[] }).candidates;
      return candidate?.['content'] ?? null;
    });
    expect(contents.length).toBeGreaterThan(parts.length);
    expect(readRequest({ contents: [{ parts: [{ text: 'Go' }] }, ...contents] }).messages[1]?.parts).toEqual([
      ...parts,
    ]);
  });

  test('a first call without one is excused, for models that demand it', () => {
    const messages = [
      user,
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm', signature: { by: 'anthropic-messages', value: 'x' } },
          { type: 'tool-call', callId: 'a', name: 'f', kind: 'function', arguments: '{}' },
          { type: 'tool-call', callId: 'b', name: 'f', kind: 'function', arguments: '' },
        ],
      },
    ] as const;
    const parts = [
      { functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
      { functionCall: { id: 'b', name: 'f', args: {} } },
    ];
    const { value, losses } = write({ messages });
    expect(value['contents']).toEqual([
      { role: 'user', parts: [{ text: 'Go' }] },
      { role: 'model', parts },
    ]);
    expect(losses.map(({ path }) => path)).toEqual(['messages[1].parts[0]']);
    expect(JSON.stringify(write({ messages }, 'gemini-2.0-flash').value)).not.toContain('thoughtSignature');
  });
});

describe('requests', () => {
  test('snake_case is read as camelCase is', () => {
    const schema = { type: 'OBJECT', properties: { max_size: { type: 'STRING' } } };
    const snake = readRequest({
      contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'AA==' } }] }],
      system_instruction: { parts: [{ text: 'Be' }] },
      generation_config: { max_output_tokens: 0, stop_sequences: ['x'], thinking_config: { thinking_budget: 0 } },
      tools: [{ function_declarations: [{ name: 'f', parameters: schema }] }],
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      safetySettings: [{ category: 'a' }],
    });
    const camel = readRequest({
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] }],
      systemInstruction: { parts: [{ text: 'Be' }] },
      generationConfig: { maxOutputTokens: 0, stopSequences: ['x'], thinkingConfig: { thinkingBudget: 0 } },
      tools: [{ functionDeclarations: [{ name: 'f', parameters: schema }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      safetySettings: [{ category: 'a' }],
    });
    expect(snake).toEqual(camel);
    expect(camel).toMatchObject({
      maxOutputTokens: 0,
      reasoning: { mode: 'off' },
      toolChoice: { type: 'tool', name: 'f' },
      tools: [{ schema: { type: 'object', properties: { max_size: { type: 'string' } } } }],
      extensions: { by: 'gemini', fields: { safetySettings: [{ category: 'a' }] } },
    });
  });

  test('results without ids find their calls by name and order', () => {
    const { messages } = readRequest({
      contents: [
        { role: 'user', parts: [{ text: 'Go' }] },
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'a', args: {} } },
            { functionCall: { name: 'b', args: {} } },
            { functionCall: { name: 'a', args: { second: true } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'b', response: { output: 'of b' } } },
            { functionResponse: { name: 'a', response: { error: 'no' } } },
            { functionResponse: { name: 'a', response: { x: 1 } } },
          ],
        },
      ],
    });
    const ids = messages.map(({ parts }) => parts.flatMap((part) => ('callId' in part ? [part.callId] : [])));
    expect(ids).toEqual([[], ['call_gm_1', 'call_gm_2', 'call_gm_3'], ['call_gm_2', 'call_gm_1', 'call_gm_3']]);
    expect(messages[2]?.parts).toMatchObject([
      { content: [{ text: 'of b' }] },
      { content: [{ text: 'no' }], error: true },
      { content: [{ text: '{"x":1}' }] },
    ]);
  });

  test('results of a turn share one content, found by name, in front of what else the user says', () => {
    const { value } = write({
      messages: [
        user,
        {
          role: 'assistant',
          parts: [
            { type: 'tool-call', callId: 'x', name: 'see', kind: 'function', arguments: '{"n":12345678901234567890}' },
            { type: 'tool-call', callId: 'call_gm_r_1', name: 'hear', kind: 'function', arguments: '{}' },
          ],
        },
        {
          role: 'user',
          parts: [
            {
              type: 'tool-result',
              callId: 'x',
              kind: 'function',
              content: [
                { type: 'text', text: 'seen' },
                { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } },
              ],
            },
          ],
        },
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'And?' },
            { type: 'tool-result', callId: 'call_gm_r_1', kind: 'function', content: [], error: true },
          ],
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(value['contents']).replace('12345678901234567890', '"kept"'))).toEqual([
      { role: 'user', parts: [{ text: 'Go' }] },
      {
        role: 'model',
        parts: [
          {
            functionCall: { id: 'x', name: 'see', args: { n: 'kept' } },
            thoughtSignature: 'skip_thought_signature_validator',
          },
          { functionCall: { name: 'hear', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              id: 'x',
              name: 'see',
              response: { output: 'seen' },
              parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }],
            },
          },
          { functionResponse: { name: 'hear', response: { error: '' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'And?' }] },
    ]);
  });

  test.each([
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }],
    ['gemini-2.5-flash-lite', { budgetTokens: 100, mode: 'on' }, { thinkingBudget: 512, includeThoughts: true }],
    ['gemini-2.5-flash', { mode: 'adaptive', summary: 'none' }, { thinkingBudget: -1, includeThoughts: false }],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'HIGH', includeThoughts: true }],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { thinkingLevel: 'MEDIUM', includeThoughts: true }],
    ['gemini-3-flash-preview', { budgetTokens: 1500, mode: 'on' }, { thinkingLevel: 'LOW', includeThoughts: true }],
    ['gemini-flash-latest', { effort: 'max' }, { thinkingLevel: 'HIGH', includeThoughts: true }],
    ['gemini-2.0-flash', { effort: 'high' }, undefined],
  ] as const)('%s thinks as asked: %p', (model, reasoning, thinkingConfig) => {
    const { value } = write({ reasoning }, model);
    expect((value['generationConfig'] as JsonObject | undefined)?.['thinkingConfig']).toEqual(thinkingConfig);
  });

  test('what is lost is told', () => {
    const { losses } = write({
      sampling: { logitBias: { '1': 2 }, temperature: 0 },
      parallelToolCalls: false,
      stop: ['1', '2', '3', '4', '5', '6'],
      user: 'u',
      metadata: { a: 'b' },
      promptCacheKey: 'k',
      verbosity: 'low',
      store: true,
      serviceTier: 'scale',
      messages: [{ role: 'user', name: 'Ann', parts: [{ type: 'text', text: 'Go', cache: {} }] }],
      tools: [{ type: 'function', name: 'f', strict: true, cache: {} }],
      extensions: { by: 'openai-chat', fields: { web_search_options: {} } },
    });
    expect(losses.map(({ path }) => path).sort()).toEqual([
      'messages[0].name',
      'messages[0].parts[0].cache',
      'metadata',
      'parallelToolCalls',
      'promptCacheKey',
      'sampling.logitBias',
      'serviceTier',
      'stop',
      'store',
      'tools[0].cache',
      'tools[0].strict',
      'user',
      'verbosity',
      'web_search_options',
    ]);
  });

  test('what only Gemini has goes back to it', () => {
    const json = {
      contents: [{ role: 'user', parts: [{ text: 'Go' }] }],
      tools: [{ googleSearch: { timeRangeFilter: {} } }, { codeExecution: {} }],
      toolConfig: { retrievalConfig: { languageCode: 'de' } },
      generationConfig: { temperature: 0, mediaResolution: 'MEDIA_RESOLUTION_LOW', candidateCount: 2, seed: 7 },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      cachedContent: 'cachedContents/1',
      labels: { team: 'a' },
    };
    const { value, losses } = geminiEgress.writeRequest(readRequest(json), named('gemini-2.5-pro'));
    expect(value).toEqual(json);
    expect(losses).toEqual([]);
  });

  test('a body without contents is refused', () => {
    expect(geminiIngress.readRequest({}, call)).toEqual({ invalid: '"contents" must be an array.', param: 'contents' });
    expect(geminiIngress.readRequest({ contents: [{ role: 'tool' }] }, call)).toMatchObject({ param: 'contents[0]' });
  });
});

describe('answers', () => {
  test('citations find their places, counted in bytes', () => {
    const text = 'Über 9000 — wirklich.';
    const response = readResponse({
      candidates: [
        {
          content: { role: 'model', parts: [{ text }] },
          finishReason: 'STOP',
          groundingMetadata: {
            webSearchQueries: ['a', 'b'],
            groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }],
            groundingSupports: [
              { segment: { startIndex: 0, endIndex: 10, text: 'Über 9000' }, groundingChunkIndices: [0] },
            ],
          },
        },
      ],
      usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 5, totalTokenCount: 9 },
      modelVersion: 'gemini-3-pro-preview',
    });
    expect(response.choices[0]?.parts[0]).toMatchObject({
      text,
      citations: [{ kind: 'url', url: 'https://a.example', title: 'A', start: 0, end: 9 }],
    });
    expect(response.choices[0]?.parts.slice(1)).toMatchObject([
      { type: 'hosted-call', tool: 'web-search', arguments: '{"queries":["a","b"]}' },
      { type: 'hosted-result', tool: 'web-search', sources: [{ url: 'https://a.example', title: 'A' }] },
    ]);
    expect(response.usage).toEqual({ inputText: 4, outputText: 5, searches: 2 });
    const again = geminiIngress.writeResponse(response, context()).value['candidates'] as readonly JsonObject[];
    expect(again[0]?.['groundingMetadata']).toMatchObject({ webSearchQueries: ['a', 'b'] });
  });

  test('a blocked prompt is a failure', () => {
    const blocked = { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } };
    expect(geminiEgress.readResponse(blocked, { requestId: 'r1' })).toMatchObject({
      failure: { status: 400, code: 'prompt_blocked' },
    });
    const reader = geminiEgress.readEvents({ requestId: 'r1' });
    expect(reader.read(frame(blocked)).at(-1)).toMatchObject({ type: 'error' });
    expect(reader.end()).toEqual([]);
  });

  test('a stream’s texts go on, a signature ends them, and calls are whole', () => {
    const reader = geminiEgress.readEvents({ requestId: 'r1' });
    const piece = (parts: Json, rest: JsonObject = {}) =>
      frame({ candidates: [{ content: { role: 'model', parts }, ...rest }] });
    const events = [
      ...reader.read(piece([{ text: 'Hm', thought: true }])),
      ...reader.read(piece([{ text: 'm', thought: true }, { text: 'He' }])),
      ...reader.read(piece([{ text: 'llo' }])),
      ...reader.read(piece([{ text: '', thoughtSignature: 'c2VhbA==' }])),
      ...reader.read(piece([{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'eA==' }])),
      ...reader.read(piece([{ functionCall: { name: 'f' } }], { finishReason: 'STOP' })),
      ...reader.end(),
    ];
    expect(events.map(({ type }) => type).join(' ')).toBe(
      'response-start reasoning-start reasoning-delta reasoning-delta reasoning-end text-start text-delta text-delta ' +
        'signature text-end tool-call-start tool-call-arguments-delta signature tool-call-end tool-call-start ' +
        'tool-call-arguments-delta tool-call-end finish response-end',
    );
    expect(events.at(-2)).toMatchObject({ finish: { reason: 'tool-calls', raw: 'STOP' } });
    const ids = events.flatMap((event) => (event.type === 'tool-call-start' ? [event.callId] : []));
    expect(ids).toEqual(['call_gm_r1_1', 'call_gm_r1_2']);
  });

  test('as a JSON array a stream is one JSON text, also when it breaks', () => {
    const words = { status: 502, code: 'upstream_cut', type: 'upstream_error', message: 'Cut.', param: null };
    fc.assert(
      fc.property(responses, fc.boolean(), (response, breaks) => {
        const writer = geminiIngress.writeEvents(context('json-array'));
        const events = explode(response);
        let text = '';
        for (const event of breaks ? events.slice(0, -1) : events) text += writer.write(event);
        if (breaks) text += writer.fail(words);
        const frames = JSON.parse(text) as JsonObject[];
        if (breaks) expect(frames.at(-1)).toMatchObject({ error: { code: 502, status: 'UNAVAILABLE' } });
        else expect(frames.at(-1)).toHaveProperty('candidates');
      }),
      { numRuns: 50 },
    );
  });

  test('half a call is left out and told, never run', () => {
    const parts = [{ type: 'tool-call', callId: 'a', name: 'f', kind: 'function', arguments: '{"a":' }] as const;
    const answer = { id: '', model: '', choices: [{ index: 0, parts, finish: { reason: 'tool-calls' } as const }] };
    const whole = geminiIngress.writeResponse(answer, context());
    expect(whole.value['candidates']).toEqual([
      { content: { role: 'model', parts: [] }, finishReason: 'MALFORMED_FUNCTION_CALL', index: 0 },
    ]);
    expect(whole.losses).toHaveLength(1);
    const writer = geminiIngress.writeEvents(context());
    const text = explode(answer)
      .map((event) => writer.write(event))
      .join('');
    expect(text).toContain('MALFORMED_FUNCTION_CALL');
    expect(text).not.toContain('functionCall"');
  });
});

describe('errors', () => {
  test('are told in Google’s shape, with the gateway’s code and the request', () => {
    const words = { status: 402, code: 'insufficient_balance', type: 't', message: 'No.', param: null };
    expect(geminiIngress.writeError(words, 'r1')).toEqual({
      error: {
        code: 402,
        message: 'No.',
        status: 'FAILED_PRECONDITION',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'INSUFFICIENT_BALANCE',
            domain: 'tollgate',
            metadata: { code: 'insufficient_balance' },
          },
          { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'r1' },
        ],
      },
    });
  });

  test('are read with their reason', () => {
    const body = {
      error: {
        code: 400,
        message: 'API key not valid.',
        status: 'INVALID_ARGUMENT',
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
      },
    };
    expect(geminiEgress.readError(400, JSON.stringify(body))).toEqual({
      status: 401,
      message: 'API key not valid.',
      type: 'INVALID_ARGUMENT',
      code: 'API_KEY_INVALID',
      param: undefined,
    });
    expect(
      geminiEgress.readError(503, JSON.stringify([{ error: { code: 503, message: 'Busy', status: 'UNAVAILABLE' } }])),
    ).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(geminiEgress.readError(502, '<html>')).toMatchObject({ status: 502 });
  });
});

test('media in the alphabet for URLs, as Google’s Python SDK writes it, is base64 for everybody else', () => {
  const inlineData = { mime_type: 'image/png', data: '-_8-__8=' };
  const read = readRequest({ contents: [{ role: 'user', parts: [{ inlineData }] }] });
  expect(read.messages).toEqual([
    {
      role: 'user',
      parts: [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: '+/8+//8=' } }],
    },
  ]);
});
