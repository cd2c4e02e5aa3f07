import { describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { openableEndpoints, type OpenableEndpoint } from '@tollgate/contract/openable-endpoints';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../../relay/testing/gateway.ts';
import type { Received, ScriptedUpstream } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';

const stage = setStage();

/** An account of OpenAI's and of Anthropic's, with what it keeps. */
async function account(name: string): Promise<ScriptedUpstream> {
  const uploaded = { id: 'file-big', object: 'file', bytes: 6, created_at: 1, filename: 'a.bin', purpose: 'user_data' };
  const usage = { input_tokens: 9, output_tokens: 4, total_tokens: 13 };
  const said = { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] };
  const ran = { type: 'code_interpreter_call', id: 'ci_1', container_id: `cntr_${name}`, code: '1', outputs: [] };
  const answers: Readonly<Record<string, object>> = {
    'POST /v1/files': { id: `file-${name}`, object: 'file' },
    'POST /v1/uploads': { id: 'upload_1', object: 'upload', status: 'pending' },
    'POST /v1/uploads/upload_1/parts': { id: 'part_1', object: 'upload.part', upload_id: 'upload_1' },
    'POST /v1/uploads/upload_1/complete': { id: 'upload_1', object: 'upload', status: 'completed', file: uploaded },
    'POST /v1/conversations': { id: `conv_${name}`, object: 'conversation', metadata: {} },
    [`GET /v1/conversations/conv_${name}`]: { id: `conv_${name}`, object: 'conversation' },
    [`GET /v1/conversations/conv_${name}/items`]: { object: 'list', data: [] },
    [`POST /v1/conversations/conv_${name}/items`]: { object: 'list', data: [] },
    [`DELETE /v1/conversations/conv_${name}`]: { id: `conv_${name}`, deleted: true },
    'POST /v1/vector_stores': { id: `vs_${name}`, object: 'vector_store', status: 'in_progress' },
    [`GET /v1/vector_stores/vs_${name}`]: { id: `vs_${name}`, object: 'vector_store', status: 'completed' },
    [`POST /v1/vector_stores/vs_${name}/search`]: { object: 'vector_store.search_results.page', data: [] },
    [`POST /v1/vector_stores/vs_${name}/file_batches/vsfb_1/cancel`]: { id: 'vsfb_1', status: 'cancelled' },
    [`POST /v1/vector_stores/vs_${name}/files`]: { id: `file-${name}`, object: 'vector_store.file' },
    [`GET /v1/containers/cntr_${name}/files`]: { object: 'list', data: [] },
    'POST /v1/skills': { id: 'skill_1', type: 'skill' },
    'POST /v1/skills/skill_1/versions': { type: 'skill_version', id: 'skillver_1' },
    'DELETE /v1/skills/skill_1/versions/7': { type: 'skill_version_deleted', id: '7' },
    'POST /v1/vaults': { id: 'vlt_1', type: 'vault' },
    'POST /v1/vaults/vlt_1/archive': { id: 'vlt_1', type: 'vault', archived_at: 'now' },
    'POST /v1/videos/characters': { id: `char_${name}`, name: 'Mossy', created_at: 1 },
    [`GET /v1/videos/characters/char_${name}`]: { id: `char_${name}`, name: 'Mossy', created_at: 1 },
    'POST /v1/videos': { id: 'video_1', object: 'video', status: 'queued' },
    'POST /v1/responses': { id: 'resp_1', object: 'response', status: 'completed', output: [ran, said], usage },
  };
  return await stage.upstream((response, { method, path }) => {
    const answer = answers[`${method} ${path.split('?', 1)[0]}`];
    response
      .writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? { error: { message: `nothing at ${path}`, type: 'invalid_request_error' } }));
  });
}

async function house(opened: readonly OpenableEndpoint[] = openableEndpoints, provider = 'openai') {
  const [first, second] = [await account('a'), await account('b')];
  const channels = [first, second].map((one, index) =>
    channelOf({
      id: `c${index}`,
      provider,
      baseUrl: provider === 'openai' ? one.baseUrl : one.baseUrl.replace(/\/v1$/, ''),
      priority: -index,
    }),
  );
  const snapshot = snapshotOf(channels, defaultSettings);
  const groups = new Map([...snapshot.groups].map(([name, group]) => [name, { ...group, openEndpoints: opened }]));
  const gate = await openTestGateway({ ...snapshot, groups });
  stage.close(gate);
  return { first, second, gate };
}

type Told = Readonly<Record<string, unknown>>;
async function told(response: Response, status = 200): Promise<Told> {
  const body = (await response.json()) as Told;
  expect([response.status, response.status === status ? 0 : body]).toEqual([status, 0]);
  return body;
}

const stranger = {
  id: 'user_2',
  role: 'user',
  enabled: true,
  group: 'default',
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined },
} as const;

async function expectClean(gate: TestGateway): Promise<void> {
  expect(await gate.verify()).toMatchObject({ unexplained: 0 });
  expect(gate.deps.load).toMatchObject({ openRequests: 0, bufferedBytes: 0 });
}

const asked = ({ received }: ScriptedUpstream): readonly string[] =>
  received.map(({ method, path }: Received) => `${method} ${path}`);

describe('uploads in parts', () => {
  test('become a file of their maker’s, though no group opens anything', async () => {
    const { first, gate } = await house([]);
    const body = { purpose: 'user_data', filename: 'a.bin', bytes: 6, mime_type: 'application/octet-stream' };
    expect(await told(await gate.post(body, { path: '/v1/uploads' }))).toMatchObject({ id: 'upload_1' });
    const part = new FormData();
    part.set('data', new File(['abcdef'], 'part'));
    expect(await told(await gate.send('/v1/uploads/upload_1/parts', part))).toMatchObject({ id: 'part_1' });
    expect(first.received.at(-1)?.text).toContain('abcdef');
    const whole = { part_ids: ['part_1'] };
    await told(await gate.post(whole, { path: '/v1/uploads/upload_1/complete' }));
    expect(first.received.at(-1)?.json).toEqual(whole);
    expect(await told(await gate.get('/v1/files/file-big'))).toMatchObject({ filename: 'a.bin' });
    gate.changeKey({ user: stranger });
    await told(await gate.send('/v1/uploads/upload_1/parts', part), 404);
    await told(await gate.get('/v1/uploads/upload_1/cancel', 'POST'), 404);
    await told(await gate.get('/v1/files/file-big'), 404);
    expect(gate.records).toEqual([]);
    await expectClean(gate);
  });

  test('requests of a batch do not come so: nobody could read them first', async () => {
    const { first, gate } = await house();
    const refused = await told(await gate.post({ purpose: 'batch' }, { path: '/v1/uploads' }), 400);
    expect(refused).toMatchObject({ error: { param: 'purpose' } });
    expect(first.received).toEqual([]);
  });
});

describe('what accounts keep', () => {
  test('may be closed to a key of a group that opens it, which opens nothing that the group does not', async () => {
    const { gate } = await house(['conversations', 'skills']);
    gate.changeKey({ openEndpoints: ['skills', 'vaults'] });
    for (const path of ['/v1/conversations', '/v1/vaults'])
      expect(await told(await gate.post({}, { path }), 403)).toMatchObject({ error: { code: 'endpoint_not_allowed' } });
    await told(await gate.get('/v1/skills'));
    gate.changeKey({ openEndpoints: undefined });
    await told(await gate.post({}, { path: '/v1/conversations' }));
  });

  test('is closed until the group opens it, and says so before anybody is asked', async () => {
    const { first, second, gate } = await house(['conversations']);
    for (const path of ['/v1/vector_stores', '/v1/containers', '/v1/agents', '/v1/agents/environments', '/v1/vaults']) {
      expect(await told(await gate.post({}, { path }), 403)).toMatchObject({ error: { code: 'endpoint_not_allowed' } });
      await told(await gate.get(path), 403);
      await told(await gate.get(`${path}/x`, 'DELETE'), 403);
    }
    await told(await gate.post({}, { path: '/v1/conversations' }));
    expect([first.received.length, second.received.length]).toEqual([1, 0]);
    const headers = { 'anthropic-version': '2023-06-01' };
    expect(await told(await gate.post({}, { path: '/v1/vaults', headers }), 403)).toMatchObject({
      type: 'error',
      error: { type: 'permission_error' },
    });
  });

  test('sessions and automations of agents, which run models that nobody would charge, are not served though all is open', async () => {
    const { first, second, gate } = await house();
    for (const path of [
      '/v1/agents/sessions',
      '/v1/agents/automations',
      '/v1/agents/sessions/s/turns',
      '/v1/sessions',
    ]) {
      expect((await gate.post({}, { path })).status).toBe(404);
      await told(await gate.get(path), 404);
    }
    expect([first.received, second.received]).toEqual([[], []]);
  });

  test('is asked for at its account, by its owner alone', async () => {
    const { first, second, gate } = await house();
    await told(await gate.post({ metadata: { any_id: 'mine' } }, { path: '/v1/conversations' }));
    await told(await gate.get('/v1/conversations/conv_a'));
    await told(await gate.get('/v1/conversations/conv_a/items?order=asc&key=sk-not-theirs'));
    expect(asked(first).at(-1)).toBe('GET /v1/conversations/conv_a/items?order=asc');
    const items = [{ role: 'user', content: 'Hi' }];
    await told(await gate.post({ items }, { path: '/v1/conversations/conv_a/items' }));
    const before = first.received.length;
    // Neither what others made nor ways out of what is one's own.
    for (const path of ['conv_b', 'conv_a/..%2F..%2Ffiles', 'conv_a/x%2F%2Fy', '%20'])
      await told(await gate.get(`/v1/conversations/${path}`), 404);
    const reference = { items: [{ type: 'item_reference', id: 'msg_others' }] };
    await told(await gate.post(reference, { path: '/v1/conversations/conv_a/items' }), 400);
    gate.changeKey({ user: stranger });
    await told(await gate.get('/v1/conversations/conv_a'), 404);
    await told(await gate.post({ items }, { path: '/v1/conversations/conv_a/items' }), 404);
    await told(await gate.get('/v1/conversations/conv_a', 'DELETE'), 404);
    expect(first.received.length).toBe(before);
    gate.changeKey({ user: { ...stranger, id: 'user_1' } });
    expect(await told(await gate.get('/v1/conversations/conv_a', 'DELETE'))).toEqual({ id: 'conv_a', deleted: true });
    await told(await gate.get('/v1/conversations/conv_a'), 404);
    expect(second.received).toEqual([]);
    expect(gate.records).toEqual([]);
    await expectClean(gate);
  });

  test('characters of videos are their maker’s, and their videos are made where they are kept', async () => {
    const { first, second, gate } = await house();
    const form = new FormData();
    form.set('name', 'Mossy');
    form.set('video', new File(['abcdef'], 'mossy.mp4', { type: 'video/mp4' }));
    expect(await told(await gate.send('/v1/videos/characters', form))).toMatchObject({ id: 'char_a', name: 'Mossy' });
    expect(first.received[0]?.text).toContain('abcdef');
    expect(await told(await gate.get('/v1/videos/characters/char_a'))).toMatchObject({ id: 'char_a' });
    expect(await told(await gate.get('/v1/videos/characters'))).toMatchObject({ data: [{ id: 'char_a' }] });
    await told(await gate.get('/v1/videos/characters/char_b'), 404);
    const film = (id: string) =>
      gate.post({ model: 'm', prompt: 'Mossy runs', characters: [{ id }] }, { path: '/v1/videos' });
    await told(await film('char_a'));
    expect(first.received.at(-1)?.json).toMatchObject({ characters: [{ id: 'char_a' }] });
    expect(await told(await film('char_b'), 400)).toMatchObject({ error: { param: 'characters[0].id' } });
    gate.changeKey({ user: stranger });
    await told(await gate.get('/v1/videos/characters/char_a'), 404);
    await told(await film('char_a'), 400);
    expect(second.received).toEqual([]);
  });

  test('takes what has no body, as the SDKs cancel what is in one', async () => {
    const { first, gate } = await house();
    await gate.post({}, { path: '/v1/vector_stores' });
    const path = '/v1/vector_stores/vs_a/file_batches/vsfb_1/cancel';
    expect(await told(await gate.get(path, 'POST'))).toEqual({ id: 'vsfb_1', status: 'cancelled' });
    expect(first.received.at(-1)).toMatchObject({ method: 'POST', path, text: '' });
    // What makes one still has to say what.
    expect((await gate.get('/v1/vector_stores', 'POST')).status).toBe(400);
  });

  test('is listed as it was last told', async () => {
    const { gate } = await house();
    await told(await gate.post({ name: 'x' }, { path: '/v1/vector_stores' }));
    expect(await told(await gate.get('/v1/vector_stores'))).toMatchObject({ data: [{ status: 'in_progress' }] });
    await told(await gate.get('/v1/vector_stores/vs_a'));
    expect(await told(await gate.get('/v1/vector_stores'))).toMatchObject({ data: [{ status: 'completed' }] });
    gate.changeKey({ user: stranger });
    expect(await told(await gate.get('/v1/vector_stores'))).toMatchObject({ data: [], has_more: false });
  });

  test('names only what is its maker’s, and is made where that is kept', async () => {
    const { first, second, gate } = await house();
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('file', new File(['abc'], 'a.txt'));
    await told(await gate.send('/v1/files', form));
    const path = '/v1/vector_stores';
    expect(await told(await gate.post({ file_ids: ['file-others'] }, { path }), 400)).toMatchObject({
      error: { param: 'file_ids' },
    });
    await told(await gate.post({ file_ids: ['file-a'] }, { path }));
    await told(await gate.post({ file_id: 'file-a' }, { path: `${path}/vs_a/files` }));
    await told(await gate.post({ file_id: 'file-others' }, { path: `${path}/vs_a/files` }), 400);
    await told(
      await gate.post({ query: 'x', filters: { key: 'user_id', value: 'u' } }, { path: `${path}/vs_a/search` }),
    );
    expect(second.received).toEqual([]);
    expect(asked(first).at(-1)).toBe(`POST ${path}/vs_a/search`);
  });

  test('a Responses request goes where its conversation is, which pays for what it reads', async () => {
    const { first, second, gate } = await house();
    await told(await gate.post({}, { path: '/v1/conversations' }));
    // Where another would come first by now.
    for (const conversation of ['conv_a', { id: 'conv_a' }])
      await told(await gate.post({ model: 'm', conversation, input: 'Hi' }, { path: '/v1/responses' }));
    expect(second.received).toEqual([]);
    expect(asked(first).filter((one) => one === 'POST /v1/responses').length).toBe(2);
    await gate.recorded(2);
    const kept = await gate.deps.conversations.find('user_1', ['conv_a']);
    expect(kept.get('conv_a')).toMatchObject({ account: { channelId: 'c0', tokens: 13 } });
    // The container that its tool ran in is its asker's.
    await told(await gate.get('/v1/containers/cntr_a/files'));
    const tool = { type: 'file_search', vector_store_ids: ['vs_others'] };
    await told(await gate.post({ model: 'm', tools: [tool], input: 'Hi' }, { path: '/v1/responses' }), 400);
    gate.changeKey({ user: stranger });
    const refused = await gate.post({ model: 'm', conversation: 'conv_a', input: 'Hi' }, { path: '/v1/responses' });
    expect(await told(refused, 400)).toMatchObject({ error: { param: 'conversation' } });
    await told(await gate.get('/v1/containers/cntr_a/files'), 404);
    await expectClean(gate);
  });
});

test('Anthropic’s are served to its clients at the same paths', async () => {
  const { first, gate } = await house(openableEndpoints, 'anthropic');
  const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'managed-agents-2026-04-01' };
  const form = (): FormData => {
    const one = new FormData();
    one.append('files[]', new File(['# x'], 'x/SKILL.md'));
    return one;
  };
  const sent = (path: string, method: string, body?: FormData): Promise<Response> =>
    fetch(gate.url(path), {
      method,
      headers: { ...headers, 'x-api-key': 'sk-test' },
      ...(body && { body }),
    });
  expect(await told(await sent('/v1/skills', 'POST', form()))).toMatchObject({ id: 'skill_1' });
  await told(await sent('/v1/skills/skill_1/versions', 'POST', form()));
  expect(first.received.at(-1)?.text).toContain('x/SKILL.md');
  expect(await told(await sent('/v1/skills', 'GET'))).toEqual({
    data: [{ id: 'skill_1', type: 'skill' }],
    has_more: false,
    next_page: null,
  });
  await told(await sent('/v1/skills/skill_1/versions/7', 'DELETE'));
  await told(await gate.post({ display_name: 'v' }, { path: '/v1/vaults?beta=true', headers }));
  expect(await told(await sent('/v1/vaults/vlt_1/archive?beta=true', 'POST'))).toMatchObject({ archived_at: 'now' });
  expect(asked(first).at(-1)).toBe('POST /v1/vaults/vlt_1/archive?beta=true');
  expect(first.received.at(-1)?.headers).toMatchObject(headers);
  for (const foreign of ['agent_others', { type: 'agent', id: 'agent_others', version: 1 }]) {
    const multiagent = { type: 'coordinator', agents: [{ type: 'self' }, foreign] };
    const refused = await gate.post({ model: 'm', name: 'x', multiagent }, { path: '/v1/agents', headers });
    expect((await told(refused, 400))['type']).toBe('error');
  }
  expect(asked(first).filter((one) => one.startsWith('POST /v1/agents'))).toEqual([]);
  // In another protocol's words there is no such thing.
  await told(await gate.get('/v1/skills/skill_1'), 404);
});

describe('Gemini’s cached contents', () => {
  const contents = [{ role: 'user', parts: [{ text: 'A long book. '.repeat(100) }] }];
  const cache = { name: 'cachedContents/abc', model: 'models/m-upstream', usageMetadata: { totalTokenCount: 300 } };
  const cachesAnswer = { candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }] };
  const usageMetadata = {
    promptTokenCount: 305,
    cachedContentTokenCount: 300,
    candidatesTokenCount: 2,
    totalTokenCount: 307,
  };

  async function keeping(opened: readonly OpenableEndpoint[] = ['cached-contents']) {
    const upstreams = await Promise.all(
      ['first', 'second'].map(() =>
        stage.upstream((response, { method, path }) => {
          const at = `${method} ${path.split('?', 1)[0]}`;
          const told = at.endsWith(':generateContent')
            ? { ...cachesAnswer, usageMetadata }
            : method === 'DELETE'
              ? {}
              : cache;
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
        }),
      ),
    );
    const channels = upstreams.map((one, index) =>
      channelOf({ id: `c${index}`, provider: 'gemini', baseUrl: one.baseUrl.replace(/\/v1$/, ''), priority: -index }),
    );
    const snapshot = snapshotOf(channels, defaultSettings);
    const groups = new Map([...snapshot.groups].map(([name, group]) => [name, { ...group, openEndpoints: opened }]));
    const gate = await openTestGateway({ ...snapshot, groups });
    stage.close(gate);
    return { first: upstreams[0] as ScriptedUpstream, second: upstreams[1] as ScriptedUpstream, gate };
  }
  const path = '/v1beta/cachedContents';

  test('are paid as input once, and as cache by who names them, at the account that keeps them', async () => {
    const { first, second, gate } = await keeping();
    expect(await told(await gate.post({ model: 'models/m', contents, ttl: '300s' }, { path }))).toEqual(cache);
    expect(first.received[0]).toMatchObject({ path, json: { model: 'models/m-upstream', contents, ttl: '300s' } });
    await gate.recorded(1);
    expect(gate.records[0]?.charge?.amount as bigint).toBe(300n * 1000n);
    const ask = { contents: [{ role: 'user', parts: [{ text: 'Who?' }] }], cachedContent: cache.name };
    for (let n = 0; n < 2; n++) await told(await gate.post(ask, { path: '/v1beta/models/m:generateContent' }));
    await gate.recorded(3);
    expect(gate.records[2]?.charge?.amount as bigint).toBe(5n * 1000n + 300n * 100n + 2n * 2000n);
    expect(second.received).toEqual([]);
    expect(await told(await gate.get(path))).toEqual({ cachedContents: [cache] });
    const patched = await fetch(gate.url(`${path}/abc?updateMask=ttl`), {
      method: 'PATCH',
      headers: { 'x-goog-api-key': 'sk-test', 'content-type': 'application/json' },
      body: '{"ttl":"600s"}',
    });
    expect(await told(patched)).toEqual(cache);
    expect(first.received.at(-1)).toMatchObject({
      method: 'PATCH',
      path: `${path}/abc?updateMask=ttl`,
      text: '{"ttl":"600s"}',
    });
    gate.changeKey({ user: stranger });
    const before = first.received.length;
    await told(await gate.get(`${path}/abc`), 404);
    await told(await gate.post(ask, { path: '/v1beta/models/m:generateContent' }), 400);
    expect(first.received.length).toBe(before);
    gate.changeKey({ user: { ...stranger, id: 'user_1' } });
    await told(await gate.get(`${path}/abc`, 'DELETE'));
    await told(await gate.get(`${path}/abc`), 404);
    expect(gate.records.filter(({ charge }) => charge).length).toBe(3);
    await expectClean(gate);
  });

  test('are not made without a model, without money or where they are closed', async () => {
    const { first, gate } = await keeping();
    await told(await gate.post({ contents }, { path }), 400);
    await told(await gate.post({ model: 'm', contents }, { path }), 400);
    await told(await gate.post({ model: 'models/other', contents }, { path }), 404);
    const foreign = [{ role: 'user', parts: [{ fileData: { fileUri: 'files/others' } }] }];
    await told(await gate.post({ model: 'models/m', contents: foreign }, { path }), 400);
    await gate.leave(100n);
    await told(await gate.post({ model: 'models/m', contents }, { path }), 402);
    expect(first.received).toEqual([]);
    const closed = await keeping([]);
    await told(await closed.gate.post({ model: 'models/m', contents }, { path }), 403);
    await expectClean(gate);
  });
});
