import { describe, expect, test } from 'bun:test';
import { answer, streamAnswer, type Behaviour, type ScriptedUpstream } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';

// Interactions that Google keeps: known to their owners alone, at the accounts that made them.

const stage = setStage();
const path = '/v1beta/interactions';
const hello = { model: 'm', input: 'hi' };
const goOn = { model: 'm', input: 'and then?', previous_interaction_id: 'v1_a' };
const usage = { total_input_tokens: 10, total_output_tokens: 5, total_tokens: 15 };
const steps = [{ type: 'model_output', content: [{ type: 'text', text: 'Hello' }] }];
const interaction = (id: string, more: object = {}) => ({
  id,
  object: 'interaction',
  model: 'm-upstream',
  status: 'completed',
  steps,
  usage,
  ...more,
});
const working = interaction('v1_a', { status: 'in_progress', steps: [], usage: undefined });
const cost = 10n * 1000n + 5n * 2000n;
const stranger = {
  id: 'user_2',
  role: 'user',
  enabled: true,
  group: 'default',
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
} as const;
const google = (id: string, { baseUrl }: ScriptedUpstream, priority = 0) => ({
  id,
  provider: 'gemini',
  baseUrl: new URL(baseUrl).origin,
  priority,
});
const event = (json: { readonly event_type: string } & Record<string, unknown>): string =>
  `event: ${json.event_type}\ndata: ${JSON.stringify(json)}\n\n`;

describe('interactions that are kept', () => {
  test('are gone on from at the account that made them, whole or streamed', async () => {
    const first = await stage.upstream(answer(200, interaction('v1_a')));
    const second = await stage.upstream(answer(200, interaction('v1_b')));
    const gate = await stage.gateway([google('first', first, 1), google('second', second)]);
    expect(await (await gate.post(hello, { path })).json()).toEqual(interaction('v1_a'));
    const frames = [
      event({ event_type: 'interaction.created', interaction: { id: 'v1_c', status: 'in_progress' } }),
      event({ event_type: 'step.start', index: 0, step: { type: 'model_output' } }),
      event({ event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'More' } }),
      event({ event_type: 'step.stop', index: 0 }),
      event({ event_type: 'interaction.completed', interaction: interaction('v1_c', { steps: undefined }) }),
      'event: done\ndata: [DONE]\n\n',
    ];
    first.behave(streamAnswer(frames));
    expect(await (await gate.post({ ...goOn, stream: true }, { path })).text()).toBe(frames.join(''));
    first.behave(answer(200, interaction('v1_d')));
    const last = { ...goOn, previous_interaction_id: 'v1_c' };
    expect((await gate.post(last, { path: '/v1/interactions' })).status).toBe(200);
    expect(first.received.map((received) => received.path)).toEqual([path, path, path]);
    expect(first.received.at(-1)?.json).toEqual({ ...last, model: 'm-upstream' });
    expect(second.received).toEqual([]);
    expect(gate.records.map(({ charge }) => charge?.amount as bigint)).toEqual([cost, cost, cost]);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test('are read, cancelled and deleted by their owner, for nothing, and by nobody else', async () => {
    const up = await stage.upstream(answer(200, interaction('v1_a')));
    const gate = await stage.gateway([google('a', up)]);
    await gate.post(hello, { path });
    const read = await gate.get(`${path}/v1_a?include_input=true&key=sk-test`);
    expect([read.status, await read.json()]).toMatchObject([200, { id: 'v1_a' }]);
    expect(up.received.at(-1)).toMatchObject({ method: 'GET', path: `${path}/v1_a?include_input=true` });
    up.behave(answer(400, { error: { code: 'failed_precondition', message: 'It is over.' } }));
    const cancelled = await gate.get(`${path}/v1_a/cancel`, 'POST');
    expect([cancelled.status, await cancelled.json()]).toMatchObject([400, { error: { message: 'It is over.' } }]);
    gate.changeKey({ user: stranger });
    for (const [method, below] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/cancel'],
    ] as const) {
      const refused = await gate.get(`${path}/v1_a${below}`, method);
      expect([refused.status, await refused.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
    }
    const refused = await gate.post(goOn, { path });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      {
        error: {
          code: 'invalid_request',
          message: "Previous interaction with id 'v1_a' not found.",
          details: [{ metadata: { code: 'previous_response_not_found' } }, {}, {}],
        },
      },
    ]);
    expect(up.received.length).toBe(3);
  });

  test('are not remembered when the client says so, nor when they are deleted', async () => {
    const up = await stage.upstream(answer(200, interaction('v1_a')));
    const gate = await stage.gateway([google('a', up)]);
    await gate.post({ ...hello, store: false }, { path });
    expect((await gate.get(`${path}/v1_a`)).status).toBe(404);
    await gate.post(hello, { path });
    up.behave(answer(200, {}));
    expect((await gate.get(`${path}/v1_a`, 'DELETE')).status).toBe(200);
    expect((await gate.get(`${path}/v1_a`)).status).toBe(404);
  });

  test('are nobody’s of a channel that is translated to', async () => {
    const chat = { id: 'c', choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }] };
    const up = await stage.upstream(answer(200, chat));
    const gate = await stage.gateway([{ id: 'a', provider: 'mistral', baseUrl: up.baseUrl }]);
    const said = (await (await gate.post(hello, { path })).json()) as { readonly id: string };
    expect(said).toMatchObject({ object: 'interaction', status: 'completed', model: 'm', steps });
    const again = await gate.post({ ...goOn, previous_interaction_id: said.id }, { path });
    expect(again.status).toBe(400);
    const agent = await gate.post({ agent: 'm', input: 'hi' }, { path });
    expect([agent.status, await agent.text()]).toEqual([400, expect.stringContaining('agent') as string]);
    expect((await gate.post({ ...hello, background: true }, { path })).status).toBe(400);
    expect(up.received.length).toBe(1);
  });
});

describe('interactions in the background', () => {
  const quick = { background: { firstPollMs: 10, lastPollMs: 20 } };
  /** Begins with what is worked on, and tells whoever asks what `later` says then. */
  const begun =
    (later: () => object): Behaviour =>
    (reply, received) =>
      answer(200, received.path === path ? working : later())(reply, received);

  test('are told at once, asked after, and charged once when they are done', async () => {
    let now: object = working;
    const up = await stage.upstream(begun(() => now));
    const gate = await stage.gateway([google('a', up)], quick);
    const told = await gate.post({ ...hello, background: true }, { path });
    expect([told.status, await told.json()]).toMatchObject([200, { id: 'v1_a', status: 'in_progress' }]);
    expect(await (await gate.get(`${path}/v1_a`)).json()).toMatchObject({ status: 'in_progress' });
    expect((await gate.get(`${path}/v1_a`, 'DELETE')).status).toBe(409);
    expect(gate.records).toEqual([]);
    now = interaction('v1_a');
    await gate.recorded(1);
    expect(gate.records[0]).toMatchObject({ endReason: 'completed', usage: { inputText: 10, outputText: 5 } });
    expect(gate.records[0]?.charge?.amount as bigint).toBe(cost);
    expect((await gate.get(`${path}/v1_a`, 'DELETE')).status).toBe(200);
    expect(up.received.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });

  test.each([
    ['failed', { status: 'failed', errors: [{ code: 'internal', message: 'boom' }] }, undefined],
    ['cancelled', { status: 'cancelled', steps: [], usage: undefined }, undefined],
    ['cancelled when it had said something', { status: 'cancelled' }, cost],
  ] as const)('one that is %s is charged for what it used', async (_, last, charged) => {
    const up = await stage.upstream(begun(() => interaction('v1_a', last)));
    const gate = await stage.gateway([google('a', up)], quick);
    await gate.post({ ...hello, background: true }, { path });
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint | undefined).toBe(charged);
    expect((await gate.verify()).problems).toEqual([]);
  });
});
