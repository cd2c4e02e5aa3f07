import { describe, expect, test } from 'bun:test';
import { setStage } from '../testing/stage.ts';
import { answering, see, speakers, spoken, type Script, type Seen, type Spoken } from '../testing/conversations.ts';
import type { RequestRecord } from '../../domain/record.ts';
import { defaultSettings } from '@tollgate/contract/settings';

/** How answers end, in all pairs of protocols, streamed and whole. */

const stage = setStage();

/** What each protocol says of a natural end, and of one for calls. */
const natural = {
  'openai-chat': 'stop',
  'openai-responses': 'completed',
  'anthropic-messages': 'end_turn',
  gemini: 'STOP',
  'gemini-interactions': 'completed',
} as const;
const forCalls = {
  ...natural,
  'openai-chat': 'tool_calls',
  'anthropic-messages': 'tool_use',
  'gemini-interactions': 'requires_action',
} as const;

/** Asks an upstream of one protocol from clients of all, streamed and whole. */
async function askAll(
  from: Spoken,
  script: Script,
  check: (
    seen: Seen,
    asked: { readonly by: Spoken; readonly stream: boolean; readonly record: RequestRecord | undefined },
  ) => void,
): Promise<void> {
  const up = await stage.upstream(answering(from, script));
  const settings = { ...defaultSettings, health: { ...defaultSettings.health, failureThreshold: 1000 } };
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl, ...speakers[from].channel }], { settings });
  for (const by of spoken)
    for (const stream of [false, true]) {
      const { path, body } = speakers[by].ask(stream);
      const seen = await see(by, await gate.post(body, { path }));
      check(seen, { by, stream, record: gate.records.at(-1) });
    }
  expect(gate.records.length).toBe(2 * spoken.length);
  expect(await gate.verify()).toMatchObject({ unexplained: 0, problems: [] });
}

describe('an answer with nothing in it that says why', () => {
  const nothing = { input: 100, output: 0 };
  test.each([
    ['openai-chat', { ...nothing, stop: 'content_filter' }],
    ['openai-chat', { ...nothing, stop: 'sensitive' }],
    ['openai-chat', { ...nothing, stop: 'length' }],
    ['openai-responses', { ...nothing, stop: 'content_filter' }],
    ['openai-responses', { ...nothing, stop: 'max_output_tokens' }],
    ['anthropic-messages', { ...nothing, stop: 'refusal' }],
    ['anthropic-messages', { ...nothing, stop: 'max_tokens' }],
    ['anthropic-messages', { ...nothing, stop: 'model_context_window_exceeded' }],
    ['anthropic-messages', { ...nothing, stop: 'stop_sequence' }],
    ['gemini', { ...nothing, stop: 'MALFORMED_FUNCTION_CALL', detail: 'Malformed function call: x()' }],
    ['gemini', { ...nothing, stop: 'UNEXPECTED_TOOL_CALL' }],
    ['gemini', { ...nothing, stop: 'SAFETY' }],
    ['gemini', { ...nothing, stop: 'MAX_TOKENS' }],
    ['gemini', { ...nothing, stop: 'NO_IMAGE' }],
    ['gemini', { ...nothing, stop: 'A_WORD_OF_TOMORROW' }],
    ['gemini-interactions', { ...nothing, stop: 'incomplete' }],
    ['gemini-interactions', { ...nothing, stop: 'incomplete', detail: 'prohibited_content' }],
    ['gemini-interactions', { ...nothing, stop: 'budget_exceeded' }],
  ] as const)('is one, of the model’s: %s %o', async (from, script) => {
    await askAll(from, script, ({ status, error, stop, terminated }, { by, stream, record }) => {
      expect({ by, stream, status, error }).toEqual({ by, stream, status: 200, error: undefined });
      expect({ by, stream, stop }).toEqual({ by, stream, stop: expect.any(String) });
      if (by === from) expect(stop).toBe(from === 'openai-responses' ? `incomplete ${script.stop}` : script.stop);
      if (stream) expect(terminated).toBe(true);
      expect(record).toMatchObject({ endReason: 'completed', usageSource: 'provider', attempts: [{ cause: 'ok' }] });
      expect(record?.usage).toMatchObject({ inputText: 100 });
      // 100 input at 1 USD per million.
      expect(record?.charge?.amount as bigint).toBe(100_000n);
    });
  });

  test('of a call that could not be read is told to every client as no natural end', async () => {
    const script = { input: 9, output: 0, stop: 'MALFORMED_FUNCTION_CALL' };
    await askAll('gemini', script, ({ stop }, { by }) => {
      if (by !== 'gemini') expect(stop).not.toBe(natural[by]);
    });
  });

  test.each(spoken)('but a natural end with nothing before it is no answer: %s', async (from) => {
    await askAll(from, { input: 9, output: 0, stop: natural[from] }, ({ status }, { record }) => {
      expect(status).toBe(502);
      expect(record).toMatchObject({ endReason: 'upstream_empty', attempts: [{ cause: 'empty' }] });
    });
  });
});

describe('an upstream that says that it failed', () => {
  const script = { text: 'The answer begins', input: 10, output: 5 };
  test.each([
    ['openai-chat', 'error'],
    ['openai-chat', 'network_error'],
    ['openai-chat', 'insufficient_system_resource'],
    ['openai-chat', 'abort'],
    ['anthropic-messages', 'network_error'],
  ] as const)(
    'by its word for the end, of %s %s: an error for every client, of the target’s, charged as reported',
    async (from, stop) => {
      await askAll(from, { ...script, stop }, ({ status, text, error, terminated }, { by, stream, record }) => {
        if (stream) expect({ by, text, error }).toEqual({ by, text: script.text, error: expect.any(String) });
        else expect({ by, status, error }).toEqual({ by, status: 502, error: expect.any(String) });
        // Gemini's streams have none, and what Responses say besides is that it failed.
        if (stream && by !== 'gemini') expect({ by, terminated }).toEqual({ by, terminated: false });
        expect(record).toMatchObject({ endReason: 'upstream_error', attempts: [{ cause: 'server_error' }] });
        expect(record?.charge?.amount as bigint | undefined).toBe(stream ? 20_000n : undefined);
      });
    },
  );

  test('before it said anything: the next target is asked', async () => {
    const bad = await stage.upstream(answering('openai-chat', { input: 9, output: 0, stop: 'network_error' }));
    const good = await stage.upstream(answering('openai-chat', { text: 'Yes', input: 10, output: 5, stop: 'stop' }));
    const { channel } = speakers['openai-chat'];
    for (const by of spoken)
      for (const stream of [false, true]) {
        const gate = await stage.gateway([
          { id: 'bad', baseUrl: bad.baseUrl, ...channel, priority: 1 },
          { id: 'good', baseUrl: good.baseUrl, ...channel },
        ]);
        const { path, body } = speakers[by].ask(stream);
        expect(await see(by, await gate.post(body, { path }))).toMatchObject({ status: 200, text: 'Yes' });
        expect(gate.records[0]?.attempts.map(({ cause }) => cause)).toEqual(['server_error', 'ok']);
      }
  });
});

describe('an answer that does not say why it ended', () => {
  const script = { text: 'All of it', input: 10, output: 5, stop: undefined };
  test.each(spoken)('is whole for every client, or cut for every client: %s', async (from) => {
    await askAll(from, script, ({ status, text, stop, error, terminated }, { by, stream, record }) => {
      // Gemini's streams have no other terminator than the reason.
      const cut = stream && from === 'gemini';
      expect({ by, stream, status, text }).toEqual({ by, stream, status: 200, text: script.text });
      expect(record).toMatchObject({ endReason: cut ? 'upstream_cut' : 'completed' });
      expect(error === undefined).toBe(!cut);
      if (by !== from) expect(stop).toBe(cut ? undefined : natural[by]);
      if (stream && by !== 'gemini') expect(terminated).toBe(!cut);
    });
  });

  test.each([...spoken].filter((one) => one !== 'gemini'))('nor has a terminator, is cut: %s', async (from) => {
    await askAll(from, { ...script, unterminated: true }, ({ error, terminated }, { by, stream, record }) => {
      if (!stream) return;
      expect({ by, error }).toEqual({ by, error: expect.any(String) });
      if (by !== 'gemini') expect({ by, terminated }).toEqual({ by, terminated: false });
      expect(record).toMatchObject({ endReason: 'upstream_cut', attempts: [{ cause: 'cut' }] });
    });
  });
});

describe('the word for the end follows what is in the answer', () => {
  const usage = { input: 10, output: 5 };
  test.each([
    ['openai-chat', 'tool_calls'],
    ['openai-chat', 'function_call'],
    ['anthropic-messages', 'tool_use'],
    ['gemini-interactions', 'requires_action'],
  ] as const)('%s: %s without any call', async (from, stop) => {
    await askAll(from, { ...usage, text: 'Done.', stop }, (seen, { by, stream }) => {
      // Who speaks the upstream's protocol gets its bytes.
      const expected = by === from ? stop : natural[by];
      expect({ by, stream, stop: seen.stop, calls: seen.calls }).toEqual({ by, stream, stop: expected, calls: [] });
    });
  });

  test.each([
    ['openai-chat', 'stop'],
    ['openai-chat', 'eos'],
    ['openai-chat', 'a_word_of_tomorrow'],
    ['openai-responses', 'completed'],
    ['anthropic-messages', 'end_turn'],
    ['anthropic-messages', 'a_word_of_tomorrow'],
    ['gemini', 'STOP'],
    ['gemini', 'A_WORD_OF_TOMORROW'],
    ['gemini-interactions', 'completed'],
    ['gemini-interactions', 'a_word_of_tomorrow'],
  ] as const)('%s: %s with a call', async (from, stop) => {
    await askAll(from, { ...usage, call: true, stop }, (seen, { by, stream }) => {
      const expected = by === from ? stop : forCalls[by];
      expect({ by, stream, stop: seen.stop, calls: seen.calls }).toEqual({
        by,
        stream,
        stop: expected,
        calls: ['look'],
      });
    });
  });

  test.each([
    ['openai-chat', 'length'],
    ['openai-chat', 'content_filter'],
    ['openai-responses', 'max_output_tokens'],
    ['openai-responses', 'content_filter'],
    ['openai-responses', 'a_word_of_tomorrow'],
    ['anthropic-messages', 'max_tokens'],
    ['anthropic-messages', 'refusal'],
    ['gemini', 'MAX_TOKENS'],
    ['gemini', 'SAFETY'],
    ['gemini', 'MALFORMED_FUNCTION_CALL'],
    ['gemini-interactions', 'incomplete'],
    ['gemini-interactions', 'requires_continuation'],
  ] as const)('%s: %s, with or without a call, is no natural end for anybody', async (from, stop) => {
    for (const call of [false, true])
      await askAll(from, { ...usage, text: 'Half', call, stop }, (seen, { by, stream }) => {
        const ends: readonly (string | undefined)[] = [natural[by], forCalls[by], undefined];
        expect({ by, stream, stop: seen.stop, natural: ends.includes(seen.stop) }).toMatchObject({ natural: false });
      });
  });
});
