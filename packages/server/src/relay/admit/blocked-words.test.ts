import { expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { setStage } from '../../endpoints/testing/stage.ts';
import { wholeAnswer } from '../testing/scripted-upstream.ts';

const stage = setStage();
const settings = { ...defaultSettings, safety: { blockedWords: ['forbidden fruit'] } };

test.each([
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'A Forbidden Fruit' }] }, 'error.code'],
  ['/v1/responses', { input: 'forbidden fruit' }, 'error.code'],
  ['/v1/messages', { max_tokens: 5, messages: [{ role: 'user', content: 'forbidden fruit' }] }, 'error.type'],
  ['/v1/embeddings', { input: ['apple', 'forbidden fruit'] }, 'error.code'],
] as const)('a blocked word is refused at %s before anything is held or asked', async (path, body, where) => {
  const up = await stage.upstream(wholeAnswer('Hi'));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { settings });
  const refused = await gate.post({ model: 'm', ...body }, { path });
  expect(refused.status).toBe(400);
  const said = await refused.text();
  expect(said).not.toContain('ruit');
  expect(JSON.parse(said)).toHaveProperty(where);
  expect(up.received).toEqual([]);
  expect(gate.records[0]).toMatchObject({ endReason: 'refused', attempts: [] });
  expect((await gate.verify()).problems).toEqual([]);
});

test('what has none passes', async () => {
  const up = await stage.upstream(wholeAnswer('Hi'));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }], { settings });
  const asked = await gate.post({ model: 'm', messages: [{ role: 'user', content: 'forbidden fruits' }] });
  expect(asked.status).toBe(200);
});
