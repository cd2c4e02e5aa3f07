import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { answering, speakers, type Spoken } from '../testing/conversations.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();
const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const completion = {
  id: 'c',
  object: 'chat.completion',
  model: 'x',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage,
};
/** The models of these tests write a thousand tokens at most. */
const asked = {
  model: 'm',
  max_completion_tokens: 5000,
  temperature: 0.3,
  messages: [{ role: 'user', content: 'Hello' }],
};

const stops = {
  'openai-chat': 'stop',
  'openai-responses': 'completed',
  'anthropic-messages': 'end_turn',
  gemini: 'STOP',
  'gemini-interactions': 'completed',
} as const;

type Unsupported = Settings['relay']['unsupportedByModel'];

const settings = (unsupportedByModel: Unsupported): Settings => ({
  ...defaultSettings,
  relay: { ...defaultSettings.relay, unsupportedByModel },
});

/** A gateway that serves `m` as these upstream models, one channel each, asked in that order. */
async function gateway(unsupportedByModel: Unsupported, ...models: readonly string[]) {
  const up = await stage.upstream(answer(200, completion));
  const channels = models.map((m, i) => ({ id: `c${i}`, baseUrl: up.baseUrl, models: { m }, priority: -i }));
  return { up, gate: await stage.gateway(channels, { settings: settings(unsupportedByModel) }) };
}

test('a request is passed on as it is unless somebody wants it otherwise', async () => {
  const { up, gate } = await gateway('pass', 'gpt-5');
  expect((await gate.post(asked)).headers.get('x-tollgate-conversion-loss')).toBeNull();
  expect(up.received[0]?.json).toEqual({ ...asked, model: 'gpt-5' });
});

test('a request is repaired, and what was left out told', async () => {
  const { up, gate } = await gateway('repair', 'gpt-5');
  const answered = await gate.post(asked);
  expect(answered.status).toBe(200);
  expect(answered.headers.get('x-tollgate-conversion-loss')).toContain('temperature');
  const { temperature: _, ...rest } = asked;
  expect(up.received[0]?.json).toEqual({ ...rest, model: 'gpt-5', max_completion_tokens: 1000 });
});

test('so is one that is translated', async () => {
  const { up, gate } = await gateway('repair', 'gpt-5');
  const answered = await gate.post(
    { model: 'm', max_tokens: 5000, temperature: 0.3, messages: asked.messages },
    { path: '/v1/messages' },
  );
  expect(answered.status).toBe(200);
  expect(up.received[0]?.json).toMatchObject({ max_completion_tokens: 1000 });
  expect(up.received[0]?.json).not.toHaveProperty('temperature');
});

test('what fits is passed on byte by byte', async () => {
  const { up, gate } = await gateway('repair', 'gpt-5');
  const text = '{ "messages":[{"role":"user","content":"x"}],   "model":"m", "max_completion_tokens":10 }';
  await gate.post(text);
  expect(up.received[0]?.text).toBe(text.replace('"m"', '"gpt-5"'));
});

test('a request is refused before anybody is asked, and nothing is charged', async () => {
  const { up, gate } = await gateway('refuse', 'gpt-5');
  const before = await gate.balance();
  const refused = await gate.post(asked);
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { code: 'not_supported_by_model', param: 'max_completion_tokens' } },
  ]);
  expect(up.received).toHaveLength(0);
  expect(await gate.balance()).toBe(before);
});

test('a channel is asked whose model takes it', async () => {
  const { up, gate } = await gateway('refuse', 'gpt-5', 'gpt-4o');
  const fits = { ...asked, max_completion_tokens: 10 };
  expect((await gate.post(fits)).status).toBe(200);
  expect(up.received.map(({ json }) => json)).toEqual([{ ...fits, model: 'gpt-4o' }]);
});

test('who wants nothing lost is refused rather than repaired', async () => {
  const { up, gate } = await gateway('repair', 'gpt-5');
  gate.changeKey({ strictConversion: true });
  const refused = await gate.post(asked);
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 'conversion_loss' } }]);
  expect(up.received).toHaveLength(0);
});

/** What no Claude of today takes, in each protocol's words, and what of the request goes upstream when it was repaired. */
const impossible: readonly (readonly [Spoken, Record<string, unknown>, Record<string, unknown>])[] = [
  ['openai-chat', { temperature: 0.3, max_completion_tokens: 5000 }, { max_completion_tokens: 1000 }],
  ['openai-responses', { temperature: 0.3, max_output_tokens: 5000 }, { max_output_tokens: 1000 }],
  ['anthropic-messages', { temperature: 0.3, max_tokens: 5000 }, { max_tokens: 1000 }],
  [
    'gemini',
    { generationConfig: { temperature: 0.3, maxOutputTokens: 5000 } },
    { generationConfig: { maxOutputTokens: 1000 } },
  ],
  [
    'gemini-interactions',
    { generation_config: { temperature: 0.3, max_output_tokens: 5000 } },
    { generation_config: { max_output_tokens: 1000 } },
  ],
];

test.each(impossible)(
  '%s: a Claude that takes no temperature is asked without, or not at all',
  async (by, more, left) => {
    const { channel, ask, see } = speakers[by];
    const up = await stage.upstream(answering(by, { text: 'Hello', stop: stops[by], input: 5, output: 2 }));
    const spec = { id: 'a', baseUrl: up.baseUrl, models: { m: 'claude-opus-4-7' }, ...channel };
    const { path, body } = ask(false);
    const asked = { ...body, ...more };
    for (const how of ['pass', 'repair', 'refuse'] as const) {
      const gate = await stage.gateway([spec], { settings: settings(how) });
      const answered = await gate.post(asked, { path });
      const loss = answered.headers.get('x-tollgate-conversion-loss');
      const last = up.received.at(-1)?.json;
      if (how === 'refuse') {
        expect([answered.status, up.received.length]).toEqual([400, 2]);
        expect(JSON.stringify(await answered.json())).toContain('takes no sampling parameters');
      } else {
        expect([answered.status, see([(await answered.json()) as never], '').text]).toEqual([200, 'Hello']);
        expect(last).toMatchObject(how === 'pass' ? more : left);
        expect(JSON.stringify(last).includes('temperature')).toBe(how === 'pass');
        expect(loss?.includes('temperature') ?? false).toBe(how === 'repair');
      }
    }
  },
);
