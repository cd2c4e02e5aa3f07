import { describe, expect, test } from 'bun:test';
import { assemble } from '../ir/assemble.ts';
import { explode } from '../ir/explode.ts';
import { openFrameGate } from '../json/frame-gate.ts';
import { readFrames } from '../json/sse.ts';
import type { Json, JsonObject, TextProtocolId } from '../protocol.ts';
import { encodeText } from '../text.ts';
import { breachOf } from './testing/promises.ts';
import { codecOf, codecs, contextFor, eventsOf, targetModels } from './testing/codecs.ts';
import { named } from '../models/testing/named.ts';

/**
 * Work must grow with the input and no faster. It is measured in time of the processor, at one size and at an eighth of
 * it: work that grows with the square grows sixty-four times. What is quick anyway is not judged. `BOUNDS_SIZE` changes
 * the size.
 */
const whole = Number(process.env['BOUNDS_SIZE'] ?? 6000);
const steps = 8;
const tolerated = 24;
const quickMs = 500;
const patienceMs = 60_000;

/** How many of everything the shapes below have now. */
let size = whole;

const many = <T>(make: (i: number) => T): readonly T[] => Array.from({ length: size }, (_, i) => make(i));

const text = (data: Json): string => `data: ${JSON.stringify(data)}\n\n`;

type Shape = { readonly protocol: TextProtocolId; readonly name: string };

const words = [{ type: 'text', text: 'x' }];

const requests: readonly (Shape & { readonly body: () => JsonObject })[] = [
  chat('messages', () => many((i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: 'x' }))),
  chat('messages of one role', () => many(() => ({ role: 'user', content: 'x' }))),
  chat('system messages', () => many(() => ({ role: 'system', content: 'x' }))),
  chat('parts', () => [{ role: 'user', content: many(() => ({ type: 'text', text: 'x' })) }]),
  chat('calls and their results', () => [
    {
      role: 'assistant',
      tool_calls: many((i) => ({ id: `c${i}`, type: 'function', function: { name: `f${i}`, arguments: '{}' } })),
    },
    ...many((i) => ({ role: 'tool', tool_call_id: `c${i}`, content: 'x' })),
  ]),
  chat('turns of a tool loop', () =>
    many((i) => [
      { role: 'assistant', tool_calls: [{ id: `c${i}`, type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: `c${i}`, content: 'x' },
    ]).flat(),
  ),
  {
    protocol: 'openai-chat',
    name: 'tools',
    body: () => ({
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
      tools: many((i) => ({ type: 'function', function: { name: `f${i}`, parameters: { type: 'object' } } })),
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: many((i) => ({ type: 'function', function: { name: `f${i}` } })) },
      },
    }),
  },
  {
    protocol: 'openai-chat',
    name: 'unknown members',
    body: () => ({
      ...Object.fromEntries(many((i) => [`k${i}`, i])),
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
    }),
  },
  {
    protocol: 'openai-chat',
    name: 'a wide schema',
    body: () => ({
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            strict: true,
            parameters: {
              type: 'object',
              required: many((i) => `p${i}`),
              properties: Object.fromEntries(many((i) => [`p${i}`, { type: 'string' }])),
              allOf: many((i) => ({ properties: { [`q${i}`]: { $ref: '#/$defs/a' } } })),
              $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { type: 'string' }] } },
            },
          },
        },
      ],
    }),
  },
  responses('messages', () => many((i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: 'x' }))),
  responses('calls and their results', () => [
    ...many((i) => ({ type: 'function_call', call_id: `c${i}`, name: 'f', arguments: '{}' })),
    ...many((i) => ({ type: 'function_call_output', call_id: `c${i}`, output: 'x' })),
  ]),
  responses('reasoning', () =>
    many((i) => ({ type: 'reasoning', id: `r${i}`, summary: [], encrypted_content: `tollgate-call.2.c${i % 10}.x` })),
  ),
  anthropic('messages', () => many((i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: 'x' }))),
  anthropic('calls and their results', () => [
    { role: 'assistant', content: many((i) => ({ type: 'tool_use', id: `c${i}`, name: 'f', input: {} })) },
    { role: 'user', content: many((i) => ({ type: 'tool_result', tool_use_id: `c${i}`, content: 'x' })) },
  ]),
  anthropic('blocks with cache hints', () => [
    { role: 'user', content: many(() => ({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } })) },
  ]),
  interactions('steps', () => many((i) => ({ type: i % 2 === 0 ? 'user_input' : 'model_output', content: words }))),
  interactions('content', () => many(() => ({ type: 'text', text: 'x' }))),
  interactions('calls and their results', () => [
    ...many((i) => ({ type: 'function_call', id: `c${i}`, name: 'f', arguments: {} })),
    ...many((i) => ({ type: 'function_result', call_id: `c${i}`, result: 'x' })),
  ]),
  gemini('contents of the model', () => many(() => ({ role: 'model', parts: [{ text: 'x' }] }))),
  gemini('calls and their results', () => [
    { role: 'model', parts: many((i) => ({ functionCall: { id: `c${i}`, name: 'f', args: {} } })) },
    { role: 'user', parts: many((i) => ({ functionResponse: { id: `c${i}`, name: 'f', response: {} } })) },
  ]),
  gemini('calls and results without ids', () => [
    { role: 'model', parts: many((i) => ({ functionCall: { name: `f${i}`, args: {} } })) },
    { role: 'user', parts: many((i) => ({ functionResponse: { name: `f${size - i - 1}`, response: {} } })) },
  ]),
];

function chat(name: string, messages: () => readonly Json[]): (typeof requests)[number] {
  return { protocol: 'openai-chat', name, body: () => ({ model: 'm', messages: messages() }) };
}

function responses(name: string, input: () => readonly Json[]): (typeof requests)[number] {
  return { protocol: 'openai-responses', name, body: () => ({ model: 'm', input: input() }) };
}

function anthropic(name: string, messages: () => readonly Json[]): (typeof requests)[number] {
  return { protocol: 'anthropic-messages', name, body: () => ({ model: 'm', max_tokens: 9, messages: messages() }) };
}

function interactions(name: string, input: () => readonly Json[]): (typeof requests)[number] {
  return { protocol: 'gemini-interactions', name, body: () => ({ model: 'm', input: input() }) };
}

function gemini(name: string, contents: () => readonly Json[]): (typeof requests)[number] {
  return { protocol: 'gemini', name, body: () => ({ contents: contents() }) };
}

const chatChunk = (delta: Json, index = 0): string => text({ id: 'a', model: 'm', choices: [{ index, delta }] });
const chatCall = (index: Json, fields: JsonObject, args: string): string =>
  chatChunk({
    tool_calls: [
      { index, ...fields, function: { ...(fields['id'] === undefined ? {} : { name: 'f' }), arguments: args } },
    ],
  });
const block = (index: Json, type: string, fields: JsonObject): string =>
  text({ type: `content_block_${type}`, index, ...fields });
const step = (type: string, fields: JsonObject): string => text({ event_type: `step.${type}`, ...fields });
const item = (type: string, fields: JsonObject): string => text({ type: `response.${type}`, ...fields });

const streams: readonly (Shape & { readonly stream: () => string })[] = [
  {
    protocol: 'openai-chat',
    name: 'a text in small pieces',
    stream: () => many(() => chatChunk({ content: 'x' })).join(''),
  },
  {
    protocol: 'openai-chat',
    name: 'choices',
    stream: () => many((i) => chatChunk({ content: 'x' }, i)).join('') + '[DONE]\n\n',
  },
  { protocol: 'openai-chat', name: 'calls', stream: () => many((i) => chatCall(i, { id: `c${i}` }, '{}')).join('') },
  {
    protocol: 'openai-chat',
    name: 'calls that go on',
    stream: () => many((i) => chatCall(i, { id: `c${i}` }, '{')).join('') + many((i) => chatCall(i, {}, '}')).join(''),
  },
  { protocol: 'openai-chat', name: 'calls without a head', stream: () => many((i) => chatCall(i, {}, '{}')).join('') },
  {
    protocol: 'openai-chat',
    name: 'calls at the same index',
    stream: () => many((i) => chatCall(0, { id: `c${i}` }, '{}')).join(''),
  },
  {
    protocol: 'openai-chat',
    name: 'calls at far indexes',
    stream: () => many((i) => chatCall(1e9 + i * 1e6, { id: `c${i}` }, '{}')).join(''),
  },
  {
    protocol: 'openai-chat',
    name: 'log probabilities in one chunk',
    stream: () =>
      text({
        id: 'a',
        choices: [
          {
            index: 0,
            delta: { content: 'x' },
            logprobs: { content: many(() => ({ token: 'x', logprob: -1, top_logprobs: [] })) },
          },
        ],
      }),
  },
  {
    protocol: 'openai-chat',
    name: 'ends',
    stream: () => chatChunk({ content: 'x' }) + 'data: [DONE]\n\n'.repeat(size),
  },
  {
    protocol: 'anthropic-messages',
    name: 'blocks that never stop',
    stream: () =>
      many((i) => block(i, 'start', { content_block: { type: 'tool_use', id: `c${i}`, name: 'f', input: {} } })).join(
        '',
      ) + text({ type: 'message_stop' }),
  },
  {
    protocol: 'anthropic-messages',
    name: 'blocks',
    stream: () =>
      many((i) => block(i, 'start', { content_block: { type: 'text', text: 'x' } }) + block(i, 'stop', {})).join(''),
  },
  {
    protocol: 'anthropic-messages',
    name: 'calls in small pieces',
    stream: () =>
      block(0, 'start', { content_block: { type: 'tool_use', id: 'c', name: 'f', input: {} } }) +
      many(() => block(0, 'delta', { delta: { type: 'input_json_delta', partial_json: '1' } })).join(''),
  },
  {
    protocol: 'anthropic-messages',
    name: 'usage of ever new names',
    stream: () => many((i) => text({ type: 'message_delta', delta: {}, usage: { [`k${i}`]: i } })).join(''),
  },
  {
    protocol: 'openai-responses',
    name: 'items',
    stream: () =>
      many((i) =>
        item('output_item.added', {
          output_index: i,
          item: { type: 'function_call', id: `fc${i}`, call_id: `c${i}`, name: 'f' },
        }),
      ).join('') +
      item('completed', {
        response: {
          output: many((i) => ({ type: 'function_call', id: `fc${i}`, call_id: `c${i}`, name: 'f', arguments: '{}' })),
        },
      }),
  },
  {
    protocol: 'openai-responses',
    name: 'contents',
    stream: () =>
      many((i) => item('output_text.delta', { item_id: 'm', output_index: 0, content_index: i, delta: 'x' })).join(''),
  },
  {
    protocol: 'openai-responses',
    name: 'a text told and said to be done, again and again',
    stream: () =>
      many(
        () =>
          item('output_text.delta', {
            item_id: 'm',
            output_index: 0,
            content_index: 0,
            delta: 'xxxxxxxxxxxxxxxxxxxx',
          }) + item('output_text.done', { item_id: 'm', output_index: 0, content_index: 0, text: 'x' }),
      ).join(''),
  },
  {
    protocol: 'openai-responses',
    name: 'arguments of an item with many members',
    stream: () =>
      item('output_item.added', {
        output_index: 0,
        item: {
          type: 'function_call',
          id: 'fc',
          call_id: 'c',
          name: 'f',
          ...Object.fromEntries(many((i) => [`k${i}`, i])),
        },
      }) + many(() => item('function_call_arguments.delta', { output_index: 0, delta: '1' })).join(''),
  },
  {
    protocol: 'gemini-interactions',
    name: 'steps',
    stream: () =>
      many(
        (index) =>
          step('start', { index, step: { type: 'function_call', id: `c${index}`, name: 'f', arguments: {} } }) +
          step('delta', { index, delta: { type: 'arguments_delta', arguments: '{}' } }) +
          step('stop', { index }),
      ).join(''),
  },
  {
    protocol: 'gemini-interactions',
    name: 'steps that never end',
    stream: () =>
      many((index) => step('start', { index, step: { type: 'google_search_call', id: `c${index}` } })).join(''),
  },
  {
    protocol: 'gemini-interactions',
    name: 'a result in small pieces',
    stream: () =>
      step('start', { index: 0, step: { type: 'google_search_result', call_id: 'c' } }) +
      many(() => step('delta', { index: 0, delta: { type: 'google_search_result', result: [{}] } })).join('') +
      many(() => step('delta', { index: 0, delta: { type: 'code_execution_result', result: 'x' } })).join('') +
      step('stop', { index: 0 }),
  },
  {
    protocol: 'gemini-interactions',
    name: 'a text in small pieces, each with a citation',
    stream: () =>
      step('start', { index: 0, step: { type: 'model_output' } }) +
      many(
        (i) =>
          step('delta', { index: 0, delta: { type: 'text', text: 'xxxxxxxxxx' } }) +
          step('delta', {
            index: 0,
            delta: {
              type: 'text_annotation_delta',
              annotations: [{ type: 'url_citation', url: 'https://a.example', start_index: 0, end_index: i * 10 }],
            },
          }),
      ).join(''),
  },
  {
    protocol: 'gemini',
    name: 'calls',
    stream: () =>
      many((i) => text({ candidates: [{ content: { parts: [{ functionCall: { name: `f${i}`, args: {} } }] } }] })).join(
        '',
      ),
  },
  {
    protocol: 'gemini',
    name: 'a text in small pieces',
    stream: () => many(() => text({ candidates: [{ content: { parts: [{ text: 'x' }] } }] })).join(''),
  },
  {
    protocol: 'gemini',
    name: 'candidates',
    stream: () =>
      many((index) =>
        text({ candidates: [{ index, finishReason: 'STOP', content: { parts: [{ text: 'x' }] } }] }),
      ).join(''),
  },
  {
    protocol: 'gemini',
    name: 'a text in small pieces, each with a citation',
    stream: () =>
      many((i) =>
        text({
          candidates: [
            {
              content: { parts: [{ text: 'xxxxxxxxxx' }] },
              citationMetadata: { citations: [{ uri: `https://a.example/${i}`, startIndex: 0, endIndex: i * 10 }] },
            },
          ],
        }),
      ).join(''),
  },
];

function cpuMs(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** `prepare` makes the input of the size that is set, and returns what is to be done with it. */
function expectProportion(prepare: () => () => void): void {
  size = Math.floor(whole / steps);
  const few = cpuMs(prepare());
  size = whole;
  const all = cpuMs(prepare());
  if (all > quickMs) expect(all / few).toBeLessThan(tolerated);
}

describe('work grows with the input', () => {
  for (const { protocol, name, body } of requests) {
    test(
      `request of ${protocol}: ${name}`,
      () => {
        expectProportion(() => {
          const json = body();
          return () => {
            const read = codecOf(protocol).ingress.readRequest(json, { operation: 'chat', model: 'm' });
            if ('invalid' in read) throw new Error(read.invalid);
            for (const [to, { egress }] of codecs) egress.writeRequest(read.value, named(targetModels[to]));
          };
        });
      },
      patienceMs,
    );
  }

  for (const { protocol, name, stream } of streams) {
    test(
      `stream of ${protocol}: ${name}`,
      () => {
        expectProportion(() => {
          const written = stream();
          return () => {
            const events = eventsOf(codecOf(protocol).egress, written);
            expect(breachOf(events)).toBeUndefined();
            for (const { ingress } of codecs.values()) {
              const writer = ingress.writeEvents(contextFor());
              for (const event of events) writer.write(event);
            }
            const answer = assemble(events);
            for (const { ingress } of codecs.values()) ingress.writeResponse(answer, contextFor());
            explode(answer);
          };
        });
      },
      patienceMs,
    );
  }
});

describe('an event stream without an end of its frame', () => {
  const unit = encodeText('x'.repeat(1000));

  test('is held up to the limit, and no further', () => {
    const frames = readFrames(10_000);
    frames.push(encodeText('data: '));
    for (let i = 0; i < 9; i++) frames.push(unit);
    expect(frames.overflowed).toBe(false);
    frames.push(unit);
    expect(frames.overflowed).toBe(true);
    expect(frames.push(encodeText('\n\ndata: 1\n\n'))).toEqual([]);
    expect(frames.end()).toEqual([]);
  });

  test('of comments alone is no other', () => {
    const frames = readFrames(10_000);
    for (let i = 0; i < 2000 && !frames.overflowed; i++) frames.push(encodeText(': wait\n'));
    expect(frames.overflowed).toBe(true);
    const patient = readFrames(10_000);
    for (let i = 0; i < 2000; i++) patient.push(encodeText(': wait\n\n'));
    expect(patient.push(encodeText('data: 1\n\n'))).toHaveLength(1);
  });

  test('goes through the gate unread, and the next is read again', () => {
    let unread = 0;
    const judged: string[] = [];
    const gate = openFrameGate({
      judge: (bytes, start, end) => {
        judged.push(String.fromCharCode(...bytes.subarray(start, end)));
        return 'pass';
      },
      unread: () => unread++,
      maxFrameBytes: 10_000,
    });
    let passed = 0;
    const push = (bytes: Uint8Array): void => void (passed += gate.push(bytes)?.length ?? 0);
    for (let i = 0; i < 100; i++) push(unit);
    expect(passed).toBe(100_000);
    push(encodeText('\n\ndata: 1\n\n'));
    expect({ unread, judged }).toEqual({ unread: 1, judged: ['1'] });
  });

  test(
    'costs no more memory in single bytes than at once',
    () => {
      const before = process.memoryUsage().rss;
      const frames = readFrames();
      const gate = openFrameGate({ judge: () => 'pass', unread: () => undefined });
      for (let i = 0; i < 1 << 20; i++) {
        frames.push(Uint8Array.of(0x78));
        gate.push(Uint8Array.of(0x78));
      }
      expect(frames.overflowed).toBe(false);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    },
    patienceMs,
  );
});
