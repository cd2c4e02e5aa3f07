import { expect, test } from 'bun:test';
import { answer } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';

// Items of another tenant, named so that they look like something else.

const stage = setStage();
const path = '/v1/responses';
const response = {
  id: 'resp',
  object: 'response',
  status: 'completed',
  model: 'm-upstream',
  output: [
    { type: 'message', id: 'msg', role: 'assistant', content: [{ type: 'output_text', text: 'x', annotations: [] }] },
  ],
  usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
};
const question = { role: 'user', content: 'and then?' };

async function house() {
  const up = await stage.upstream(answer(200, response));
  const gate = await stage.gateway([{ id: 'a', baseUrl: up.baseUrl }]);
  gate.deps.conversations.rememberAccount('user_1', ['msg_own'], { channelId: 'a', credential: 0 });
  gate.deps.conversations.rememberAccount('user_2', ['msg_others'], { channelId: 'a', credential: 0 });
  return { up, gate };
}

/** What says nothing of its own is a reference, whatever else it says. */
test.each([
  { id: 'ID' },
  { id: 'ID', role: null },
  { id: 'ID', role: '' },
  { id: 'ID', role: 'user' },
  { id: 'ID', role: 'user', content: '' },
  { id: 'ID', role: 'user', content: [] },
  { id: 'ID', content: 'x' },
  { id: 'ID', type: null },
  { id: 'ID', type: '' },
  { id: 'ID', type: 7 },
  { id: 'ID', type: 'item_reference', role: 'user', content: 'x' },
  { id: 'ID', type: 'Item_Reference' },
  { id: 'ID', type: 'ITEM_REFERENCE', role: 'user', content: 'x' },
  { id: 'ID', type: 'Message', role: 'user', content: 'x' },
  { id: 'ID', type: ' message', role: 'user', content: 'x' },
  { id: 'ID', type: 'of_tomorrow', content: 'x' },
  { id: 'ID', type: 'image_generation_call', result: null },
  { id: 'ID', type: 'image_generation_call', result: '' },
  { type: 'mcp_approval_response', approve: true, approval_request_id: 'ID' },
])('%j is the owner’s alone', async (item) => {
  const { up, gate } = await house();
  const naming = (id: string) => ({
    model: 'm',
    input: [JSON.parse(JSON.stringify(item).replace('ID', id)), question],
  });
  const refused = await gate.post(naming('msg_others'), { path });
  expect([refused.status, (await refused.text()).includes('msg_others')]).toEqual([400, true]);
  expect(up.received).toHaveLength(0);
  expect((await gate.post(naming('msg_own'), { path })).status).toBe(200);
  expect(up.received[0]?.json).toEqual({ ...naming('msg_own'), model: 'm-upstream' });
  expect((await gate.verify()).problems).toEqual([]);
});

test('a role that is no word is refused, whoever names the item', async () => {
  const { up, gate } = await house();
  for (const id of ['msg_own', 'msg_others']) {
    const refused = await gate.post({ model: 'm', input: [{ id, role: 3 }, question] }, { path });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'input[0].role' } }]);
  }
  expect(up.received).toHaveLength(0);
});

/** What its provider would fill in is left out, and told. */
test.each([
  { type: 'message', role: 'assistant' },
  { type: 'message', role: 'user', content: [] },
  { type: 'reasoning', summary: [] },
  { type: 'reasoning', summary: [], encrypted_content: '' },
  { type: 'function_call', call_id: 'c', name: 'f' },
  { type: 'function_call_output', call_id: 'c', output: null },
  { type: 'file_search_call', queries: ['x'], status: 'completed', results: null },
  { type: 'code_interpreter_call', code: '1', container_id: 'msg_own', outputs: null, status: 'completed' },
  { type: 'web_search_call', status: 'completed' },
  { type: 'mcp_call', name: 'f', arguments: '{}', server_label: 's' },
  { type: 'compaction' },
])('%j without more is not filled in for others', async (item) => {
  const { up, gate } = await house();
  const others = { model: 'm', input: [{ ...item, id: 'msg_others' }, question] };
  const served = await gate.post(others, { path });
  expect([served.status, served.headers.get('x-tollgate-conversion-loss')]).toEqual([200, 'input[0];dropped']);
  expect(up.received[0]?.json).toEqual({ model: 'm-upstream', input: [question] });
  const own = { model: 'm', input: [{ ...item, id: 'msg_own' }, question] };
  await gate.post(own, { path });
  expect(up.received[1]?.json).toEqual({ ...own, model: 'm-upstream' });
});

/** What says all of itself is new, and its id a label. */
test.each([
  { type: 'message', role: 'user', content: 'x' },
  { role: 'user', content: [{ type: 'input_text', text: 'x' }] },
  { type: 'function_call', call_id: 'c', name: 'f', arguments: '' },
  { type: 'function_call_output', call_id: 'c', output: '' },
  { type: 'reasoning', summary: [], encrypted_content: 'abc' },
  { type: 'file_search_call', queries: ['x'], status: 'completed', results: [] },
  { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'x' } },
])('%j is new', async (item) => {
  const { up, gate } = await house();
  const body = { model: 'm', input: [{ ...item, id: 'of_nobody' }, question] };
  await gate.post(body, { path });
  expect(up.received[0]?.json).toEqual({ ...body, model: 'm-upstream' });
});

test('a reference that stands behind another type, or behind another spelling of its key, is none that a vendor sees', async () => {
  const { up, gate } = await house();
  const twice = (first: string) => `{"model":"m","input":[{${first},"id":"msg_others","role":"user","content":"x"}]}`;
  for (const first of ['"type":"item_reference","type":"message"', '"id":"msg_own"', '"role":null,"type":"message"']) {
    await gate.post(twice(first), { path });
    expect(up.received.at(-1)?.text).not.toMatch(/item_reference|"id":"msg_own"|null/);
  }
  const before = up.received.length;
  for (const item of [{ ID: 'msg_others' }, { Type: 'item_reference', id: 'of_nobody', role: 'user', content: 'x' }]) {
    const refused = await gate.post({ model: 'm', input: [item] }, { path });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'input[0]' } }]);
  }
  expect(up.received).toHaveLength(before);
});

test.each([
  ['/v1/chat/completions', { messages: [question], MODEL: 'dear' }, 'model'],
  ['/v1/chat/completions', { messages: [question], max_toKens: 9 }, 'max_tokens'],
  ['/v1/responses', { input: [question], Previous_Response_Id: 'resp' }, 'previous_response_id'],
  ['/v1/responses', { input: [question], converſation: 'x' }, 'conversation'],
  ['/v1/messages', { messages: [question], max_tokens: 9, Container: 'x' }, 'container'],
])('%s refuses %j, which some parsers take for what it is not here', async (at, body, param) => {
  const { up, gate } = await house();
  const refused = await gate.post({ model: 'm', ...body }, { path: at });
  expect([refused.status, (await refused.text()).includes(`"${param}`)]).toEqual([400, true]);
  expect(up.received).toHaveLength(0);
});

test.each([
  [{ generationConfig: { maxOutputTokens: 1, max_output_tokens: 9000 } }, 'max_output_tokens'],
  [{ generationConfig: {}, generation_config: { candidateCount: 8 } }, 'generation_config'],
  [{ cachedContent: '', cached_content: 'cachedContents/a' }, 'cached_content'],
])('Gemini’s two spellings of a field do not stand side by side (%j)', async (more, named) => {
  const up = await stage.upstream(answer(200, {}));
  const gate = await stage.gateway([{ id: 'a', provider: 'gemini', baseUrl: up.baseUrl }]);
  const body = { contents: [{ role: 'user', parts: [{ text: 'x' }] }], ...more };
  const refused = await gate.post(body, { path: '/v1beta/models/m:generateContent' });
  expect([refused.status, (await refused.text()).includes(named)]).toEqual([400, true]);
  expect(up.received).toHaveLength(0);
});
