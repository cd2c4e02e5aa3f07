import { describe, expect, test } from 'bun:test';
import { assemble } from '../../ir/assemble.ts';
import type { Part } from '../../ir/part.ts';
import type { JsonObject } from '../../protocol.ts';
import { encodeText } from '../../text.ts';
import { codecOf, contextFor, eventsOf } from '../testing/codecs.ts';
import { withInteractionsModel } from './edits.ts';
import { readInteractionsFacts } from './facts.ts';
import { inspectInteractions } from './inspect.ts';
import { probeInteractions } from './probe.ts';
import { readInteractionsUsage } from './usage.ts';

const { ingress, egress } = codecOf('gemini-interactions');
const limits = { maxOutputTokens: 1000, maxChoices: 8 };
const inspect = (json: JsonObject) => inspectInteractions('chat', json, limits);
const asking = { model: 'm', input: 'Hi' };

const frames = (...events: readonly (JsonObject & { readonly event_type: string })[]): string =>
  events.map((event) => `event: ${event.event_type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
const created = { event_type: 'interaction.created', interaction: { id: 'v1_a', status: 'in_progress', model: 'm' } };
const completed = (fields: JsonObject = {}) => ({
  event_type: 'interaction.completed',
  interaction: { id: 'v1_a', status: 'completed', model: 'm', ...fields },
});

describe('usage', () => {
  test('what is cached is within the input; tools and thoughts stand beside; modalities are taken out', () => {
    const raw = {
      total_tokens: 3000,
      total_input_tokens: 1000,
      total_cached_tokens: 300,
      cached_tokens_by_modality: [{ modality: 'IMAGE', tokens: 100 }],
      input_tokens_by_modality: [
        { modality: 'text', tokens: 600 },
        { modality: 'image', tokens: 400 },
      ],
      total_tool_use_tokens: 500,
      total_output_tokens: 1200,
      output_tokens_by_modality: [{ modality: 'audio', tokens: 200 }],
      total_thought_tokens: 300,
      grounding_tool_count: [
        { type: 'google_search', count: 3 },
        { type: 'google_maps', count: 2 },
        { type: 'new_thing', count: 9 },
      ],
    };
    expect(readInteractionsUsage(raw)).toEqual({
      cacheRead: 300,
      inputImage: 300,
      inputText: 900,
      outputAudio: 200,
      outputText: 1300,
      reasoning: 300,
      searches: 3,
      toolCalls: 2,
    });
  });

  test('a total alone, and nothing at all', () => {
    expect(readInteractionsUsage({ total_tokens: 10, total_output_tokens: 4 })).toEqual({
      inputText: 6,
      outputText: 4,
    });
    expect(readInteractionsUsage({ total_thought_tokens: 4 })).toBeUndefined();
    expect(readInteractionsUsage({ total_input_tokens: -1, total_output_tokens: Number.NaN })).toBeUndefined();
  });

  test('searches of which no count is told are those of the steps', () => {
    const call = { type: 'google_search_call', id: 's', arguments: { queries: ['a', 'b'] } };
    const answer = (model: string): JsonObject => ({
      id: 'v1_a',
      model,
      status: 'completed',
      steps: [call],
      usage: { total_input_tokens: 1, total_output_tokens: 1 },
    });
    expect(readInteractionsFacts(answer('gemini-3-pro')).usage?.searches).toBe(2);
    expect(readInteractionsFacts(answer('gemini-2.5-pro')).usage?.searches).toBe(1);
  });
});

describe('a request', () => {
  test('is summed up', () => {
    const summary = inspect({
      ...asking,
      stream: true,
      background: true,
      service_tier: 'flex',
      generation_config: { max_output_tokens: 50 },
      tools: [{ type: 'google_search' }, { type: 'file_search', file_search_store_names: ['stores/a'] }],
      previous_interaction_id: 'v1_before',
      environment: { type: 'remote', environment_id: 'env_1' },
    });
    expect(summary).toMatchObject({
      model: 'm',
      stream: true,
      background: true,
      maxOutputTokens: 50,
      tier: 'flex',
      hosted: [{ bucket: 'searches' }],
      references: {
        response: 'v1_before',
        resources: [
          { id: 'env_1', param: 'environment.environment_id' },
          { id: 'stores/a', param: 'tools[1].file_search_store_names' },
        ],
      },
    });
  });

  test.each([
    ['remote', undefined],
    ['env_1', [{ id: 'env_1', param: 'environment' }]],
  ])('in the environment %p names %j', (environment, resources) => {
    const summary = inspect({ agent: 'coder', input: 'Go on.', environment });
    expect('references' in summary ? summary.references?.resources : undefined).toEqual(resources);
  });

  test.each([['20000'], [20_000]])('of an agent may put out no more than it may use in all: %p', (most) => {
    const asked = { agent: 'coder', input: 'Go on.', generation_config: { max_output_tokens: 100 } };
    expect(inspect(asked)).toMatchObject({ maxOutputTokens: 100 });
    expect(inspect({ ...asked, agent_config: { max_total_tokens: most } })).toMatchObject({ maxOutputTokens: 20_000 });
  });

  test('of an agent names it in the place of a model, and keeps it there', () => {
    const asked = { agent: 'deep-research', input: 'Find out.' };
    expect(inspect(asked)).toMatchObject({ model: 'deep-research' });
    expect(withInteractionsModel(asked, 'mapped')).toEqual({ agent: 'mapped', input: 'Find out.' });
    expect(ingress.readRequest(asked, { operation: 'chat', model: 'deep-research' })).toMatchObject({ param: 'agent' });
  });

  test.each([
    [{ model: 'm' }, 'input'],
    [{ model: 'm', input: [1] }, 'input[0]'],
    [{ model: 'm', input: [{ type: 'user_input', content: ['x'] }] }, 'input[0].content'],
    [{ input: 'x' }, 'model'],
    [{ ...asking, stream: 'yes' }, 'stream'],
    [{ ...asking, background: true, store: false }, 'store'],
    [{ agent: 'a', input: 'Hi', agent_config: { type: 'antigravity', model: 'dear' } }, 'agent_config.model'],
    [{ agent: 'a', input: 'Hi', agent_config: { max_total_tokens: '0' } }, 'agent_config.max_total_tokens'],
    [{ agent: 'a', input: 'Hi', agent_config: { max_total_tokens: 'many' } }, 'agent_config.max_total_tokens'],
    [{ ...asking, previousInteractionId: 'v1_x' }, 'previous_interaction_id'],
    [{ ...asking, generation_config: { maxOutputTokens: 1 } }, 'max_output_tokens'],
    [{ ...asking, generation_config: { max_output_tokens: 1001 } }, 'generation_config.max_output_tokens'],
    [{ ...asking, Model: 'dear' }, 'model'],
  ] satisfies [JsonObject, string][])('%j is refused', (json, param) => {
    expect(inspect(json)).toMatchObject({ param });
  });

  test.each([
    { ...asking, previous_interaction_id: 'v1_x' },
    { ...asking, continuation_token: 'x' },
    { ...asking, background: true },
  ])('%j is for channels of the same protocol only', (json) => {
    expect(ingress.readRequest(json, { operation: 'chat' })).toHaveProperty('invalid');
  });

  test('media cost what media cost, wherever they stand', () => {
    const data = 'A'.repeat(300_000);
    const image = { type: 'image', data };
    const steps = [
      { type: 'user_input', content: [image] },
      { type: 'function_result', call_id: 'c', result: [image] },
    ];
    for (const input of [[image], image, steps]) {
      const summary = inspect({ model: 'm', input });
      expect('invalid' in summary ? Infinity : summary.inputEstimate).toBeLessThan(10_000);
    }
  });
});

describe('an answer', () => {
  const facts = (fields: JsonObject) => readInteractionsFacts({ id: 'v1_a', model: 'm', steps: [], ...fields });

  test('that is worked on has no end yet, and is known by its id', () => {
    expect(facts({ status: 'in_progress', environment_id: 'env_1' })).toMatchObject({
      working: true,
      meaningful: false,
      storedIds: ['v1_a'],
      resourceIds: ['env_1'],
    });
  });

  test('that failed is a failure, in the words of its errors', () => {
    const errors = [{ code: 'rate_limit_exceeded', message: 'Slow down.' }];
    expect(facts({ status: 'failed', errors }).error).toMatchObject({ status: 429, message: 'Slow down.' });
    expect(facts({ status: 'cancelled' })).toMatchObject({ error: undefined, meaningful: false });
    expect(readInteractionsFacts({ error: { code: 'not_found', message: 'No.' } }).error).toMatchObject({
      message: 'No.',
    });
    expect(readInteractionsFacts('x').error).toMatchObject({ status: 502 });
  });

  test.each([
    [{ status: 'incomplete' }, 'length'],
    [{ status: 'budget_exceeded' }, 'length'],
    [{ status: 'requires_continuation' }, 'length'],
    [{ status: 'incomplete', errors: [{ code: 'PROHIBITED_CONTENT' }] }, 'content-filter'],
    [{ status: 'something_new' }, 'other'],
  ] satisfies [JsonObject, string][])('%j ends for that reason', (fields, reason) => {
    const read = egress.readResponse({ id: 'v1_a', steps: [], ...fields }, { requestId: 'r' });
    expect(read).toMatchObject({ choices: [{ finish: { reason } }] });
  });

  test('goes to its own client as it was: steps, signatures, citations', () => {
    const steps = [
      { type: 'thought', signature: 'U2ln', summary: [{ type: 'text', text: 'Hm.' }] },
      { type: 'google_search_call', id: 's', arguments: { queries: ['q'] }, signature: 'U2lnUw==' },
      {
        type: 'model_output',
        content: [
          {
            type: 'text',
            text: 'España',
            annotations: [{ type: 'word_info', start_index: 0, end_index: 7, text: 'España' }],
          },
        ],
      },
      { type: 'function_call', id: 'c', name: 'f', arguments: { a: 1 }, signature: 'U2lnQw==' },
      { type: 'hologram', what: 'ever' },
    ];
    const read = egress.readResponse({ id: 'v1_a', model: 'm', status: 'requires_action', steps }, { requestId: 'r' });
    if ('failure' in read) throw new Error(read.failure.message);
    const { value, losses } = ingress.writeResponse(read, contextFor());
    expect(value['steps']).toEqual(steps);
    expect(losses).toEqual([]);
  });

  test('of pieces that say little: no starts, no stops, arguments as an object', () => {
    const events = eventsOf(
      egress,
      frames(
        { event_type: 'step.delta', index: 1, delta: { type: 'thought_summary', content: { text: 'Hm.' } } },
        { event_type: 'step.delta', index: 2, delta: { type: 'text', text: 'a' } },
        { event_type: 'step.delta', index: 2, delta: { type: 'text', text: 'b' } },
        { event_type: 'step.start', index: 3, step: { type: 'function_call', id: 'c', name: 'f' } },
        { event_type: 'step.delta', index: 3, delta: { type: 'arguments_delta', arguments: { a: 1 } } },
        completed({ status: 'requires_action' }),
      ),
    );
    const [choice] = assemble(events).choices;
    expect(
      choice?.parts.map((part: Part) =>
        'text' in part ? part.text : 'arguments' in part ? part.arguments : part.type,
      ),
    ).toEqual(['Hm.', 'ab', '{"a":1}']);
  });

  test('whose last event alone holds its steps is read from there', () => {
    const steps = [{ type: 'model_output', content: [{ type: 'text', text: 'late' }] }];
    const events = eventsOf(egress, frames(created, completed({ steps })));
    expect(assemble(events).choices[0]?.parts).toMatchObject([{ type: 'text', text: 'late' }]);
  });

  test('that is cut has no end', () => {
    const start = { event_type: 'step.start', index: 0, step: { type: 'model_output' } };
    const events = eventsOf(egress, frames(created, start));
    expect(events.map(({ type }) => type)).toEqual(['response-start']);
  });
});

describe('the probe', () => {
  const run = (text: string) => {
    const probe = probeInteractions({});
    const out = [probe.push(encodeText(text)), probe.end()].filter((bytes) => bytes !== undefined);
    return { probe, out: out.map((bytes) => new TextDecoder().decode(bytes)).join('') };
  };
  const begun = { event_type: 'step.start', index: 0, step: { type: 'model_output' } };
  const hello = { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'Hello' } };
  const said = [begun, hello];

  test('lets all of a good stream pass, and knows its id, its usage and its end', () => {
    const usage = { total_input_tokens: 3, total_output_tokens: 2 };
    const text = `${frames(created, ...said, completed({ usage }))}event: done\ndata: [DONE]\n\n`;
    const { probe, out } = run(text);
    expect(out).toBe(text);
    expect(probe).toMatchObject({ meaningful: true, finished: true, storedIds: ['v1_a'], error: undefined });
    expect(probe.usage).toEqual({ inputText: 3, outputText: 2 });
  });

  test('of a stream that was cut knows the usage of its steps, and what came since', () => {
    const metadata = { total_usage: { total_input_tokens: 3, total_output_tokens: 1 } };
    const { probe } = run(frames(created, begun, { ...hello, metadata }));
    expect(probe.finished).toBeFalse();
    expect(probe.usage).toEqual({ inputText: 3, outputText: 1 });
  });

  test('keeps a failure, and all behind it, from the client', () => {
    const failure = { event_type: 'error', error: { code: 'gateway_timeout', message: 'Too late.' } };
    for (const bad of [failure, completed({ status: 'failed', errors: [failure.error] })]) {
      const { probe, out } = run(frames(created, ...said) + frames(bad, created));
      expect(out).toBe(frames(created, ...said));
      expect(probe.error).toMatchObject({ status: 504, message: 'Too late.' });
    }
  });
});
