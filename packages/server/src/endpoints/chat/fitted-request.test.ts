import { defaultSettings, type Settings } from '@tollgate/contract/settings';
import { expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
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
