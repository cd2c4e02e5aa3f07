import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { assemble } from '../../ir/assemble.ts';
import { explode } from '../../ir/explode.ts';
import type { IrEvent } from '../../ir/event.ts';
import type { Part } from '../../ir/part.ts';
import type { IrRequest } from '../../ir/request.ts';
import type { FinishReason, IrResponse } from '../../ir/response.ts';
import { responses } from '../../ir/testing/arbitraries.ts';
import { at, isObject, objectAt, objectsAt, textAt } from '../../json/fields.ts';
import { readFrames } from '../../json/sse.ts';
import type { Json, JsonObject } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { contextFor, eventsOf } from '../testing/codecs.ts';
import { withoutForeignSignatures } from './edits.ts';
import { responsesEgress } from './egress.ts';
import { responsesIngress } from './ingress.ts';
import { itemsOf, referencesOf, withItems } from './item-references.ts';
import { carrySignature, readCarriedSignature } from './signatures.ts';
import { writeResponseEvents } from './stream-write.ts';
import { readResponsesUsage } from './usage.ts';
import { named } from '../../models/testing/named.ts';

const { readRequest, writeResponse, writeEvents } = responsesIngress;
const { writeRequest, readResponse, readEvents } = responsesEgress;

function read(body: JsonObject): IrRequest {
  const result = readRequest({ model: 'm', ...body }, { operation: 'chat' });
  if ('invalid' in result) throw new Error(result.invalid);
  return result.value;
}

const write = (body: JsonObject, model = 'gpt-5.1'): JsonObject => writeRequest(read(body), named(model)).value;

/** The events of a stream as objects. */
function written(text: string): readonly JsonObject[] {
  return readFrames()
    .push(encodeText(text))
    .map(({ event, data }) => {
      const json: unknown = JSON.parse(data);
      if (!isObject(json)) throw new Error(data);
      expect(textAt(json, 'type')).toBe(event ?? '');
      return json;
    });
}

function stream(events: readonly IrEvent[], request?: IrRequest): string {
  const writer = writeEvents(contextFor(request));
  return events.map((event) => writer.write(event)).join('');
}

describe('readRequest', () => {
  test.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: { id: 'conv_1' } }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true }],
    ['input[0]', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['input[0]', { input: [{ id: 'msg_1' }] }],
    ['input[0]', { input: ['hello'] }],
    ['input[0].role', { input: [{ type: 'message', role: 'tool', content: 'x' }] }],
    ['input', { input: 7 }],
    ['model', { model: '' }],
  ])('refuses what leans on %s', (param, body) => {
    const result = readRequest({ model: 'm', input: 'hi', ...body }, { operation: 'chat' });
    expect(result).toMatchObject({ param });
    expect('invalid' in result && result.invalid).toContain(param);
  });

  test('takes what is null for absent', () => {
    const nothing = { previous_response_id: null, conversation: null, prompt: null, background: false, tools: null };
    expect(readRequest({ model: 'm', input: 'hi', ...nothing }, { operation: 'chat' })).toMatchObject({ losses: [] });
  });

  test('makes one turn of the items of one answer, and two of two texts', () => {
    const text = (content: string): JsonObject => ({ role: 'assistant', content });
    const call = (call_id: string): JsonObject => ({ type: 'function_call', call_id, name: 'now', arguments: '{}' });
    const output = (call_id: string): JsonObject => ({ type: 'function_call_output', call_id, output: 'noon' });
    const { messages } = read({
      input: [text('a'), text('b'), call('1'), text('c'), call('2'), output('1'), output('2'), text('d')],
    });
    expect(messages.map(({ role, parts }) => `${role} ${parts.map((part) => part.type).join(' ')}`)).toEqual([
      'assistant text',
      'assistant text tool-call text tool-call',
      'user tool-result tool-result',
      'assistant text',
    ]);
  });

  test('gives the signature of a tool call back to it', () => {
    const signature = { by: 'gemini', value: 'c2VhbA==' } as const;
    const call: Part = { type: 'tool-call', callId: 'a.b', name: 'now', kind: 'function', arguments: '{}', signature };
    const answer: IrResponse = {
      id: 'r',
      model: 'm',
      choices: [{ index: 0, parts: [call], finish: { reason: 'stop' } }],
    };
    const whole = objectsAt(writeResponse(answer, contextFor()).value, 'output');
    const streamed = objectsAt(objectAt(written(stream(explode(answer))).at(-1) ?? {}, 'response') ?? {}, 'output');
    expect(streamed).toEqual([...whole]);
    expect(read({ input: whole }).messages).toMatchObject([
      { role: 'assistant', parts: [{ callId: 'a.b', signature }] },
    ]);
    expect(withoutForeignSignatures({ input: whole })).toEqual({ input: [whole[0] ?? null] });
  });
});

describe('signatures', () => {
  const by = fc.constantFrom('openai-responses' as const, 'gemini' as const, 'anthropic-messages' as const);

  test('are carried whatever they look like', () => {
    const carried = fc.oneof(
      fc.record({ signature: fc.record({ by, value: fc.string() }) }),
      fc.record({ signature: fc.record({ by, value: fc.string() }), redacted: fc.constant(true) }),
      fc.record({ signature: fc.record({ by, value: fc.string() }), callId: fc.string() }),
    );
    fc.assert(
      fc.property(carried, (one) => {
        // A signature of OpenAI's own that begins like one of the gateway's is none of OpenAI's.
        if (one.signature.value.startsWith('tollgate-')) return;
        expect(readCarriedSignature(carrySignature(one))).toEqual(one);
      }),
    );
  });

  test('of other issuers are taken out of a body that is passed on', () => {
    const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
    const foreign = { ...own, encrypted_content: carrySignature({ signature: { by: 'gemini', value: 'x' } }) };
    const untouched = { model: 'm', input: [own, { role: 'user', content: 'hi' }] };
    expect(withoutForeignSignatures(untouched)).toBe(untouched);
    expect(withoutForeignSignatures({ input: 'hi' })).toEqual({ input: 'hi' });
    expect(withoutForeignSignatures({ input: [foreign, own] })).toEqual({ input: [own] });
    const thought = { type: 'reasoning', text: 'Hm.' } as const;
    const answer = { id: 'r', model: 'm', choices: [{ index: 0, parts: [thought], finish: { reason: 'stop' } }] };
    const unsigned = objectsAt(writeResponse(answer as IrResponse, contextFor()).value, 'output');
    const known = { type: 'reasoning', id: 'rs_68af0c', summary: [] };
    expect(withoutForeignSignatures({ input: [...unsigned, known] })).toEqual({ input: [known] });
  });
});

describe('references to items', () => {
  const item = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'now', arguments: '{}' };
  const user = { role: 'user', content: 'hi' };

  test('are filled in with what the gateway answered before', () => {
    const kept = itemsOf({ output: [item, { type: 'x' }] });
    const find = (id: string): JsonObject | undefined => kept.get(id);
    const body = { model: 'm', input: [user, { type: 'item_reference', id: 'fc_1' }, { id: 'fc_2' }] };
    expect(referencesOf(body)).toEqual(['fc_1', 'fc_2']);
    expect(withItems(body, find)).toEqual({ model: 'm', input: [user, item, { id: 'fc_2' }] });
    const plain = { input: [user, item, 7] };
    expect(referencesOf(plain)).toEqual([]);
    expect(withItems(plain, find)).toBe(plain);
  });

  test('lead to the items of a stream, too', () => {
    const writer = writeResponseEvents(contextFor());
    const call: Part = { type: 'tool-call', callId: 'call_1', name: 'now', kind: 'function', arguments: '{}' };
    const answer = { id: 'r', model: 'm', choices: [{ index: 0, parts: [call], finish: { reason: 'stop' } }] } as const;
    for (const event of explode(answer)) writer.write(event);
    expect(writer.output).toEqual([...objectsAt(writeResponse(answer, contextFor()).value, 'output')]);
  });
});

describe('writeRequest', () => {
  test('gives items back as they came', () => {
    const input = [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAA' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q', sources: [] } },
      {
        type: 'code_interpreter_call',
        id: 'ci_1',
        code: 'x',
        outputs: [{ type: 'logs', logs: '1' }],
        status: 'completed',
      },
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'now', arguments: '{"n":1}', namespace: 'clock' },
      { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'patch', input: '***' },
      { type: 'function_call_output', id: 'fco_1', call_id: 'call_1', output: 'noon' },
      { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'a', x: 1 }] },
      { type: 'computer_call', id: 'cc_1', call_id: 'call_3', action: { type: 'wait' }, pending_safety_checks: [] },
      {
        type: 'computer_call_output',
        call_id: 'call_3',
        output: { type: 'computer_screenshot', image_url: 'https://x/y' },
      },
      { type: 'mcp_approval_request', id: 'mcpr_1', arguments: '{}', name: 'roll', server_label: 's' },
      { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
      {
        type: 'image_generation_call',
        id: 'ig_1',
        status: 'completed',
        output_format: 'webp',
        result: 'AAAA',
        size: '1x1',
      },
      { type: 'brand_new_call', id: 'x_1', whatever: [1] },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'There.', annotations: [{ type: 'file_path', file_id: 'f', index: 1 }] },
        ],
        phase: 'final_answer',
      },
    ];
    const { value, losses } = writeRequest(read({ input }), named('gpt-5.1'));
    expect(at(value, 'input')).toEqual(input);
    expect(losses.filter(({ path }) => !path.endsWith('.citations'))).toEqual([]);
  });

  test('asks for nothing stored and for signed reasoning, unless its own client says otherwise', () => {
    const foreign: IrRequest = { ...read({ input: 'hi' }), by: 'anthropic-messages' };
    expect(writeRequest(foreign, named('gpt-5.1')).value).toMatchObject({
      store: false,
      include: ['reasoning.encrypted_content'],
    });
    expect(at(writeRequest(foreign, named('gpt-4.1')).value, 'include')).toBeUndefined();
    expect(at(write({ input: 'hi' }), 'store')).toBeUndefined();
    expect(at(write({ input: 'hi', store: true }), 'store')).toBe(true);
  });

  test('has instructions in their place, but never alone', () => {
    expect(write({ instructions: 'Be brief.', input: 'hi' })).toMatchObject({
      instructions: 'Be brief.',
      input: [{ role: 'user' }],
    });
    const alone: IrRequest = { ...read({ instructions: 'Be brief.' }), by: 'openai-chat' };
    expect(writeRequest(alone, named('gpt-5.1')).value).toMatchObject({ input: [{ role: 'system' }] });
  });

  test('leaves out what a reasoning model refuses', () => {
    const body = { input: 'hi', temperature: 0.2, top_p: 1, top_logprobs: 2 };
    const { value, losses } = writeRequest(read(body), named('o3'));
    expect(value).not.toContainAnyKeys(['temperature', 'top_p', 'top_logprobs']);
    expect(losses.map(({ path }) => path)).toEqual(['logprobs', 'sampling.temperature']);
    expect(write(body, 'gpt-4.1')).toMatchObject({ temperature: 0.2, top_p: 1, top_logprobs: 2 });
    expect(write({ ...body, reasoning: { effort: 'none' } })).toMatchObject({ temperature: 0.2 });
  });

  test('says that functions of other protocols are not strict, and gives them the properties that OpenAI demands', () => {
    const tools = [{ type: 'function' as const, name: 'now' }];
    const foreign: IrRequest = { ...read({ input: 'hi' }), by: 'openai-chat', tools };
    expect(at(writeRequest(foreign, named('gpt-5.1')).value, 'tools')).toEqual([
      { type: 'function', name: 'now', parameters: { type: 'object', properties: {} }, strict: false },
    ]);
    const own = [{ type: 'function', name: 'now', parameters: { type: 'object' } }];
    expect(at(write({ input: 'hi', tools: own }), 'tools')).toEqual(own);
  });

  test('writes cache breakpoints where the model takes them', () => {
    const content = [{ type: 'input_text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }];
    const input = [{ type: 'message', role: 'user', content }];
    expect(at(write({ input }, 'gpt-5.6-sol'), 'input')).toEqual(input);
    const { value, losses } = writeRequest(read({ input }), named('gpt-5.1'));
    expect(at(value, 'input')).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }] },
    ]);
    expect(losses.map(({ path }) => path)).toEqual(['messages[0].parts[0].cache']);
  });
});

describe('writeEvents', () => {
  test('numbers every event, closes what it opens, and says at the end what it said before', () => {
    fc.assert(
      fc.property(responses, (answer) => {
        const events = written(stream(explode(answer)));
        expect(events.map((event) => at(event, 'sequence_number'))).toEqual(events.map((_, i) => i));
        const done: Json[] = [];
        const open = new Set<Json>();
        for (const event of events) {
          const index = at(event, 'output_index');
          switch (textAt(event, 'type')) {
            case 'response.output_item.added':
              expect(index).toBe(done.length + open.size);
              open.add(index ?? null);
              break;
            case 'response.output_item.done':
              expect(open.delete(index ?? null)).toBeTrue();
              done[Number(index)] = at(event, 'item') ?? null;
              break;
            default:
              if (index !== undefined) expect(open.has(index)).toBeTrue();
          }
        }
        expect(open.size).toBe(0);
        const last = objectAt(events.at(-1) ?? {}, 'response') ?? {};
        expect(at(last, 'output')).toEqual(done);
        expect(events.slice(0, 2).map((event) => textAt(event, 'type'))).toEqual([
          'response.created',
          'response.in_progress',
        ]);
        expect(textAt(events.at(-1) ?? {}, 'type')).toBe(`response.${textAt(last, 'status')}`);
        const { value } = writeResponse(answer, contextFor());
        // Only the last item's status may differ: a stream's message is done when the next part begins.
        expect(at(last, 'usage')).toEqual(at(value, 'usage'));
        expect(objectsAt(last, 'output').map((item) => ({ ...item, status: '' }))).toEqual(
          objectsAt(value, 'output').map((item) => ({ ...item, status: '' })),
        );
      }),
    );
  });

  test('assemble(readEvents(writeEvents(r))) is what Responses can say of r', () => {
    fc.assert(
      fc.property(responses, (answer) => {
        const [streamed] = assemble(eventsOf(responsesEgress, stream(explode(answer)))).choices;
        const [first] = answer.choices;
        expect((streamed?.parts ?? []).map(essence)).toEqual((first?.parts ?? []).map(essence));
        if (first) {
          const refused = first.parts.some((part) => part.type === 'refusal');
          const called = first.parts.some((part) => part.type === 'tool-call');
          expect(streamed?.finish?.reason).toBe(reread(first.finish?.reason, refused, called));
        }
      }),
    );
  });

  /** A part without what Responses changes: ids, whether reasoning is a summary, signatures of other parts than reasoning. */
  function essence(part: Part): Json {
    switch (part.type) {
      case 'text':
        return {
          type: 'text',
          text: part.text,
          citations: (part.citations ?? []).map(({ url, title }) => ({ url: url ?? '', title: title ?? '' })),
          logprobs: (part.logprobs ?? []).map(({ token }) => token),
        };
      case 'reasoning':
        return { type: 'reasoning', text: part.text, signature: part.signature ? { ...part.signature } : null };
      case 'refusal':
        return { type: 'refusal', text: part.text };
      case 'tool-call': {
        const { callId, name, kind } = part;
        const empty = part.arguments === '' && kind === 'function';
        return { type: 'tool-call', callId, name, kind, arguments: empty ? '{}' : part.arguments };
      }
      case 'image':
        return { type: 'image', source: part.source as Json };
      default:
        throw new Error(part.type);
    }
  }

  function reread(reason: FinishReason | undefined, refused: boolean, called: boolean): FinishReason {
    switch (reason) {
      case 'length':
      case 'context-length':
        return 'length';
      case 'content-filter':
      case 'malformed':
        return 'content-filter';
      case 'refusal':
        return refused ? (called ? 'tool-calls' : 'stop') : 'content-filter';
      case 'error':
        return 'length';
      default:
        return called ? 'tool-calls' : 'stop';
    }
  }

  test('tells a broken stream twice, with what had come, and nothing behind it', () => {
    const writer = writeEvents(contextFor());
    const words = { status: 502, code: 'upstream_cut', type: 'api_error', message: 'Cut.', param: null };
    let text = writer.write({ type: 'response-start', id: 'r', model: 'm' });
    text += writer.write({ type: 'text-start', part: 0, choice: 0 });
    text += writer.write({ type: 'text-delta', part: 0, text: 'Half' });
    text += writer.fail(words);
    const events = written(text);
    expect(events.map((event) => at(event, 'sequence_number'))).toEqual(events.map((_, i) => i));
    expect(events.slice(-2)).toMatchObject([
      {
        type: 'response.failed',
        response: {
          status: 'failed',
          error: { code: 'upstream_cut', message: 'Cut.' },
          output: [{ type: 'message', status: 'incomplete', content: [{ text: 'Half' }] }],
        },
      },
      { type: 'error', code: 'upstream_cut', message: 'Cut.', error: { message: 'Cut.' } },
    ]);
    expect(written(writeEvents(contextFor()).fail(words)).map((event) => textAt(event, 'type'))).toEqual([
      'response.created',
      'response.in_progress',
      'response.failed',
      'error',
    ]);
  });

  test('interleaves tool calls that come interleaved', () => {
    const events = written(
      stream([
        { type: 'response-start', id: 'r', model: 'm' },
        { type: 'tool-call-start', part: 0, choice: 0, callId: 'a', name: 'f', kind: 'function' },
        { type: 'tool-call-start', part: 1, choice: 0, callId: 'b', name: 'g', kind: 'custom' },
        { type: 'tool-call-arguments-delta', part: 0, text: '{"x"' },
        { type: 'tool-call-arguments-delta', part: 1, text: 'free' },
        { type: 'tool-call-arguments-delta', part: 0, text: ':1}' },
        { type: 'tool-call-end', part: 1 },
        { type: 'tool-call-end', part: 0 },
        { type: 'finish', choice: 0, finish: { reason: 'tool-calls' } },
        { type: 'response-end' },
      ]),
    );
    expect(objectsAt(objectAt(events.at(-1) ?? {}, 'response') ?? {}, 'output')).toMatchObject([
      { type: 'function_call', call_id: 'a', arguments: '{"x":1}', status: 'completed' },
      { type: 'custom_tool_call', call_id: 'b', input: 'free', status: 'completed' },
    ]);
  });

  test('gives a tool of free text its text back', () => {
    const request = read({ input: 'hi', tools: [{ type: 'custom', name: 'patch' }] });
    const events = stream(
      [
        { type: 'response-start', id: 'r', model: 'm' },
        { type: 'tool-call-start', part: 0, choice: 0, callId: 'a', name: 'patch', kind: 'function' },
        { type: 'tool-call-arguments-delta', part: 0, text: '{"input":"***"}' },
        { type: 'tool-call-end', part: 0 },
        { type: 'finish', choice: 0, finish: { reason: 'tool-calls' } },
        { type: 'response-end' },
      ],
      request,
    );
    expect(events).toContain('"type":"custom_tool_call","id":"ctc_req1_0","call_id":"a","name":"patch","input":"***"');
  });
});

describe('readEvents', () => {
  const frame = (json: JsonObject): string => `data: ${JSON.stringify(json)}\n\n`;
  const message = { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] };

  test('reads a stream that tells only its end', () => {
    const response = { id: 'r', status: 'completed', output: [message], usage: { input_tokens: 1, output_tokens: 2 } };
    expect(assemble(eventsOf(responsesEgress, frame({ type: 'response.completed', response })))).toMatchObject({
      choices: [{ parts: [{ type: 'text', text: 'Hi' }], finish: { reason: 'stop' } }],
      usage: { inputText: 1, outputText: 2 },
    });
  });

  test('reads deltas that nobody announced, and takes the rest from what is told at the end', () => {
    const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'now', arguments: '{"n":1}' };
    const text =
      frame({ type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'H' }) +
      frame({ type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{"n"' }) +
      frame({ type: 'response.output_item.done', output_index: 1, item: call }) +
      frame({ type: 'response.completed', response: { id: 'r', output: [message, call] } });
    const { choices } = assemble(eventsOf(responsesEgress, text));
    expect(choices).toMatchObject([
      {
        parts: [
          { type: 'text', text: 'H' },
          { type: 'tool-call', callId: 'call_1', name: 'now', arguments: '{"n":1}' },
        ],
        finish: { reason: 'tool-calls' },
      },
    ]);
  });

  test('reads whole reasoning, of vendors that show it', () => {
    const item = { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Hm. So.' }] };
    const text =
      frame({ type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } }) +
      frame({
        type: 'response.reasoning_text.delta',
        item_id: 'rs_1',
        output_index: 0,
        content_index: 0,
        delta: 'Hm.',
      }) +
      frame({ type: 'response.output_item.done', output_index: 0, item }) +
      frame({ type: 'response.completed', response: { id: 'r', output: [item] } });
    const whole = readResponse({ id: 'r', output: [item] }, { requestId: 'q' });
    const streamed = assemble(eventsOf(responsesEgress, text));
    expect(streamed.choices[0]?.parts).toMatchObject([{ type: 'reasoning', text: 'Hm. So.', summary: false }]);
    expect('choices' in whole && whole.choices[0]?.parts).toEqual([...(streamed.choices[0]?.parts ?? [])]);
  });

  test.each([
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.', param: null, sequence_number: 3 }, 429],
    [{ type: 'error', error: { type: 'server_error', code: null, message: 'Slow down.' } }, 500],
    [
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'server_error', message: 'Slow down.' } },
      },
      500,
    ],
    [{ type: 'response.failed', response: { error: { code: 'invalid_image_url', message: 'Slow down.' } } }, 400],
  ])('reads the failure in %j', (json, status) => {
    const reader = readEvents({ requestId: 'q' });
    const events = reader.read({ event: undefined, data: JSON.stringify(json), id: undefined });
    expect(events.at(-1)).toMatchObject({ type: 'error', failure: { status, message: 'Slow down.' } });
    expect(reader.end()).toEqual([]);
  });
});

describe('readResponse', () => {
  test('tells a failure inside a 200', () => {
    const failed = { id: 'r', status: 'failed', output: [], error: { code: 'invalid_prompt', message: 'No.' } };
    expect(readResponse(failed, { requestId: 'q' })).toMatchObject({ failure: { status: 400, message: 'No.' } });
    for (const strange of [null, 7, [], {}, { output: {} }])
      expect(readResponse(strange, { requestId: 'q' })).toMatchObject({ failure: { status: 502 } });
  });
});

describe('usage', () => {
  test('is read into buckets that sum to what is reported', () => {
    const raw = fc.record({
      input_tokens: fc.nat(1000),
      input_tokens_details: fc.record({ cached_tokens: fc.nat(1000), cache_write_tokens: fc.nat(1000) }),
      output_tokens: fc.nat(1000),
      output_tokens_details: fc.record({ reasoning_tokens: fc.nat(1000) }),
    });
    fc.assert(
      fc.property(raw, (usage) => {
        const { inputText, cacheRead, cacheWrite5m, outputText, reasoning } = readResponsesUsage(usage) ?? {};
        expect((inputText ?? 0) + (cacheRead ?? 0) + (cacheWrite5m ?? 0)).toBe(usage.input_tokens);
        expect(outputText).toBe(usage.output_tokens);
        expect(reasoning).toBeLessThanOrEqual(usage.output_tokens);
      }),
    );
  });

  test('knows what is not reported from zero, and how long a cache is kept', () => {
    expect(readResponsesUsage({})).toBeUndefined();
    expect(readResponsesUsage({ output_tokens: 0 })).toEqual({ outputText: 0 });
    const input_tokens_details = {
      cache_write_tokens: 9,
      cache_write_tokens_details: { ttl_12h_tokens: 4, ttl_30m_tokens: 5 },
    };
    expect(readResponsesUsage({ input_tokens: 10, input_tokens_details })).toEqual({
      cacheWrite12h: 4,
      cacheWrite30m: 5,
      inputText: 1,
    });
    expect(readResponsesUsage({ input_tokens: 10, input_tokens_details: { cache_write_tokens: 9 } })).toEqual({
      cacheWrite5m: 9,
      inputText: 1,
    });
  });
});
