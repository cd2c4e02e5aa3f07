import { describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { answer, frame, streamAnswer, wholeAnswer } from '../../relay/testing/scripted-upstream.ts';
import { setStage } from '../testing/stage.ts';

// What an account keeps at its vendor and a request may name: on a shared account it could be anybody's.

const stage = setStage();
const gemini = '/v1beta/models/m:generateContent';
const interactions = '/v1beta/interactions';
const paths = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
  gemini,
  interactions,
};
const providers = {
  chat: 'openai',
  responses: 'openai',
  messages: 'anthropic',
  gemini: 'gemini',
  interactions: 'gemini',
};
type Kind = keyof typeof paths;

const chat = (part: object, more: object = {}) => ({
  model: 'm',
  messages: [{ role: 'user', content: [part] }],
  ...more,
});
const plainChat = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
const responses = (item: object, more: object = {}) => ({ model: 'm', input: [item], ...more });
const plainResponses = { model: 'm', input: 'x' };
const messages = (block: object) => ({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: [block] }] });
const plainMessages = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] };
const contents = (part: object) => ({ contents: [{ role: 'user', parts: [part] }] });
const plainContents = contents({ text: 'x' });
const plainInteraction = { model: 'm', input: 'x' };
const files = 'https://generativelanguage.googleapis.com/v1beta/files/abc';

/** Kind, body, and where it names what is not known to be the sender's. */
const cases: readonly (readonly [Kind, object, string])[] = [
  ['interactions', { ...plainInteraction, environment: 'env_1' }, 'environment'],
  [
    'interactions',
    { ...plainInteraction, environment: { type: 'remote', env: { KEY: { credential: 'c' } } } },
    'environment.env.KEY.credential',
  ],
  ['interactions', { model: 'm', input: [{ type: 'image', uri: files }] }, 'input[0].uri'],
  [
    'interactions',
    {
      model: 'm',
      input: [{ type: 'function_result', call_id: 'c', result: [{ type: 'video', uri: 'gs://house/a' }] }],
    },
    'input[0].result[0].uri',
  ],
  [
    'interactions',
    { ...plainInteraction, tools: [{ type: 'file_search', file_search_store_names: ['s'] }] },
    'tools[0].file_search_store_names',
  ],
  ['chat', chat({ type: 'file', file: { file_id: 'file-1' } }), 'messages[0].content[0].file.file_id'],
  ['chat', chat({ type: 'image_url', image_url: { url: 'gs://house/cat.png' } }), 'messages[0].content[0].image_url'],
  ['chat', chat({ type: 'image_url', image_url: { url: files } }), 'messages[0].content[0].image_url'],
  ['chat', { model: 'm', messages: [{ role: 'assistant', audio: { id: 'audio_1' } }] }, 'messages[0].audio.id'],
  ['chat', { model: 'm', messages: [{ role: 'system', content: 'fileid://file-1' }] }, 'messages[0].content'],
  ['chat', { ...plainChat, container: 'container_1' }, 'container'],
  [
    'chat',
    { ...plainChat, tools: [{ type: 'retrieval', retrieval: { knowledge_id: 'k' } }] },
    'tools[0].retrieval.knowledge_id',
  ],
  [
    'responses',
    responses({ role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] }),
    'input[0].content[0].file_id',
  ],
  [
    'responses',
    responses({ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', file_id: 'file-1' }] }),
    'input[0].output[0].file_id',
  ],
  [
    'responses',
    responses({ type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', file_id: 'f' } }),
    'input[0].output.file_id',
  ],
  [
    'responses',
    responses({
      type: 'shell_call',
      call_id: 'c',
      action: {},
      environment: { type: 'container_reference', container_id: 'cntr' },
    }),
    'input[0].environment.container_id',
  ],
  [
    'responses',
    { ...plainResponses, tools: [{ type: 'file_search', vector_store_ids: ['vs'] }] },
    'tools[0].vector_store_ids',
  ],
  ['responses', { ...plainResponses, tools: [{ type: 'code_interpreter', container: 'cntr' }] }, 'tools[0].container'],
  [
    'responses',
    { ...plainResponses, tools: [{ type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-1'] } }] },
    'tools[0].container.file_ids',
  ],
  [
    'responses',
    {
      ...plainResponses,
      tools: [
        {
          type: 'shell',
          environment: { type: 'container_auto', skills: [{ type: 'skill_reference', skill_id: 'skill_1' }] },
        },
      ],
    },
    'tools[0].environment.skills[0].skill_id',
  ],
  [
    'responses',
    responses({
      type: 'additional_tools',
      role: 'developer',
      tools: [{ type: 'file_search', vector_store_ids: ['vs'] }],
    }),
    'input[0].tools[0].vector_store_ids',
  ],
  ['responses', { model: 'm', prompt: { id: 'pmpt_1' } }, 'prompt.id'],
  [
    'messages',
    messages({ type: 'document', source: { type: 'file', file_id: 'file_1' } }),
    'messages[0].content[0].source.file_id',
  ],
  ['messages', messages({ type: 'container_upload', file_id: 'file_1' }), 'messages[0].content[0].file_id'],
  [
    'messages',
    messages({
      type: 'tool_result',
      tool_use_id: 't',
      content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }],
    }),
    'messages[0].content[0].content[0].source.file_id',
  ],
  ['messages', { ...plainMessages, container: 'container_1' }, 'container'],
  ['messages', { ...plainMessages, container: { id: 'container_1' } }, 'container.id'],
  [
    'messages',
    { ...plainMessages, container: { skills: [{ type: 'custom', skill_id: 'skill_1' }] } },
    'container.skills',
  ],
  ['gemini', { ...plainContents, cachedContent: 'cachedContents/a' }, 'cachedContent'],
  ['gemini', { ...plainContents, cached_content: 'cachedContents/a' }, 'cachedContent'],
  ['gemini', contents({ fileData: { fileUri: files } }), 'contents[0].parts[0].fileData.fileUri'],
  ['gemini', contents({ file_data: { file_uri: 'gs://house/cat.png' } }), 'contents[0].parts[0].fileData.fileUri'],
  [
    'gemini',
    { ...plainContents, tools: [{ fileSearch: { fileSearchStoreNames: ['fileSearchStores/a'] } }] },
    'tools[0].fileSearch.fileSearchStoreNames',
  ],
  [
    'gemini',
    { ...plainContents, tools: [{ retrieval: { vertexRagStore: { ragResources: [{ ragCorpus: 'projects/p/c' }] } } }] },
    'tools[0].retrieval.vertexRagStore.ragResources[0].ragCorpus',
  ],
];

/** The whole refusal, in any of the protocols. */
const textOf = async (response: Response): Promise<readonly [number, string]> => [
  response.status,
  await response.text(),
];

describe('what an account keeps', () => {
  test.each(cases)('%s: %j is not named by whoever it was not given to', async (kind, body, param) => {
    const up = await stage.upstream(wholeAnswer('never'));
    const gate = await stage.gateway([{ id: 'a', provider: providers[kind], baseUrl: up.baseUrl }]);
    const [status, text] = await textOf(await gate.post(body, { path: paths[kind] }));
    expect([status, text.includes('not known to be yours')]).toEqual([400, true]);
    if (kind === 'chat' || kind === 'responses') expect(JSON.parse(text)).toMatchObject({ error: { param } });
    expect(up.received).toHaveLength(0);
    expect((await gate.verify()).problems).toEqual([]);
  });

  test.each(cases)('%s: %j passes as it is in a house of one’s own', async (kind, body) => {
    const up = await stage.upstream(wholeAnswer('seen'));
    const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, passResourceIds: true } };
    const gate = await stage.gateway([{ id: 'a', provider: providers[kind], baseUrl: up.baseUrl }], { settings });
    await gate.post(body, { path: paths[kind] });
    expect(up.received[0]?.json).toEqual(kind === 'gemini' ? body : { ...body, model: 'm-upstream' });
  });

  const image = (url: string) => chat({ type: 'image_url', image_url: { url } });
  const strange: readonly (readonly [Kind, object, string])[] = [
    ['chat', image('file:///etc/passwd'), 'messages[0].content[0].image_url'],
    ['chat', image(' FILE:///etc/passwd'), 'messages[0].content[0].image_url'],
    ['chat', image('ftp://inside/cat.png'), 'messages[0].content[0].image_url'],
    ['chat', image('C:\\cat.png'), 'messages[0].content[0].image_url'],
    ['chat', chat({ type: 'video_url', video_url: { url: 'gopher://inside' } }), 'messages[0].content[0].video_url'],
    [
      'responses',
      responses({ role: 'user', content: [{ type: 'input_file', file_url: 'jar:http://a' }] }),
      'input[0].content[0].file_url',
    ],
    [
      'responses',
      responses({ role: 'user', content: [{ type: 'input_image', image_url: 'blob:x' }] }),
      'input[0].content[0].image_url',
    ],
    ['messages', messages({ type: 'image', source: { type: 'url', url: 'file:///etc/passwd' } }), ''],
    [
      'messages',
      messages({
        type: 'tool_result',
        tool_use_id: 't',
        content: [{ type: 'image', source: { type: 'url', url: 'ldap://a' } }],
      }),
      '',
    ],
    ['gemini', contents({ fileData: { fileUri: 'file:///etc/passwd' } }), ''],
    ['gemini', contents({ file_data: { file_uri: 'dict://inside:1' } }), ''],
  ];

  test.each(strange)('%s: %j goes by no address that is nobody’s, in no house', async (kind, body, param) => {
    const up = await stage.upstream(wholeAnswer('never'));
    for (const passResourceIds of [false, true]) {
      const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, passResourceIds } };
      // Whether the bytes would pass, or be translated.
      for (const provider of ['openai', 'anthropic', 'gemini']) {
        const gate = await stage.gateway([{ id: 'a', provider, baseUrl: up.baseUrl }], { settings });
        const [status, text] = await textOf(await gate.post(body, { path: paths[kind] }));
        expect([status, text.includes('Media are named by http')]).toEqual([400, true]);
        if (param !== '') expect(JSON.parse(text)).toMatchObject({ error: { param } });
      }
    }
    expect(up.received).toHaveLength(0);
  });

  const innocent: readonly (readonly [Kind, object])[] = [
    ['chat', chat({ type: 'image_url', image_url: { url: 'https://storage.googleapis.com/public/cat.png' } })],
    [
      'chat',
      {
        ...plainChat,
        tools: [{ type: 'function', function: { name: 'f', parameters: { file_id: 'x', properties: {} } } }],
      },
    ],
    [
      'responses',
      responses({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'x', annotations: [{ type: 'file_citation', file_id: 'file-1' }] }],
      }),
    ],
    ['responses', { ...plainResponses, tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }],
    ['messages', messages({ type: 'tool_result', tool_use_id: 't', content: 'file_id: file_1' })],
    [
      'messages',
      {
        ...plainMessages,
        messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: { file_id: 'a' } }] }],
      },
    ],
    ['messages', { ...plainMessages, container: { skills: [{ type: 'anthropic', skill_id: 'pptx' }] } }],
    ['gemini', contents({ fileData: { fileUri: 'https://www.youtube.com/watch?v=1' } })],
    ['chat', image('data:image/png;base64,AAAA')],
    ['chat', image('HTTPS://x.example/a:b.png')],
    ['chat', image('iVBORw0KGgoAAAANSUhEUg==')],
    ['gemini', contents({ functionCall: { name: 'f', args: { fileUri: 'gs://a', file_id: 'x' } } })],
  ];

  test.each(innocent)('%s: %j names nothing', async (kind, body) => {
    const up = await stage.upstream(wholeAnswer('seen'));
    const gate = await stage.gateway([{ id: 'a', provider: providers[kind], baseUrl: up.baseUrl }]);
    await gate.post(body, { path: paths[kind] });
    expect(up.received).toHaveLength(1);
  });
});

test.each([
  ['openai', '/v1/images/edits', { model: 'm', prompt: 'x', images: [{ file_id: 'file-1' }] }, 'images[0].file_id'],
  [
    'openai',
    '/v1/images/edits',
    { model: 'm', prompt: 'x', images: [{ image_url: 'https://x.test/a.png' }], mask: { file_id: 'file-1' } },
    'mask.file_id',
  ],
  [
    'gemini',
    '/v1beta/models/m:predict',
    { instances: [{ prompt: 'x', image: { gcsUri: 'gs://house/a' } }] },
    undefined,
  ],
  [
    'gemini',
    '/v1beta/models/m:predict',
    { instances: [{ prompt: 'gs://' }], parameters: { storageUri: 'gs://house/' } },
    undefined,
  ],
  [
    'gemini',
    '/v1beta/models/m:embedContent',
    { content: { parts: [{ fileData: { fileUri: files } }, { text: 'x' }] } },
    undefined,
  ],
  [
    'gemini',
    '/v1beta/models/m:batchEmbedContents',
    { requests: [{ content: { parts: [{ file_data: { file_uri: 'gs://house/a' } }] } }] },
    undefined,
  ],
  ['gemini', '/v1beta/models/m:countTokens', contents({ fileData: { fileUri: files } }), undefined],
  ['openai', '/v1/responses/input_tokens', { model: 'm', prompt: { id: 'pmpt_1' } }, 'prompt.id'],
  [
    'openai',
    '/v1/responses/compact',
    responses({ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }),
    undefined,
  ],
  [
    'anthropic',
    '/v1/messages/count_tokens',
    messages({ type: 'image', source: { type: 'file', file_id: 'f' } }),
    undefined,
  ],
])('%s: nor at %s by %j', async (provider, path, body, param) => {
  const up = await stage.upstream(wholeAnswer('never'));
  const gate = await stage.gateway([{ id: 'a', provider, baseUrl: up.baseUrl }]);
  const [status, text] = await textOf(await gate.post(body, { path }));
  expect([status, text.includes('not known to be yours')]).toEqual([400, true]);
  if (param !== undefined) expect(JSON.parse(text)).toMatchObject({ error: { param } });
  expect(up.received).toHaveLength(0);
});

describe('what an answer made', () => {
  const usage = { input_tokens: 10, output_tokens: 5 };
  const container = { id: 'container_1', expires_at: '2030-01-01T00:00:00Z' };
  const say = { type: 'text', text: 'x' };
  const message = {
    id: 'msg',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [say],
    stop_reason: 'end_turn',
    usage,
  };
  const run = {
    type: 'code_interpreter_call',
    id: 'ci_1',
    code: '1',
    container_id: 'container_1',
    outputs: [],
    status: 'completed',
  };
  const response = { id: 'resp', object: 'response', status: 'completed', model: 'm', output: [run], usage };
  const sound = { id: 'container_1', data: 'AAAA', transcript: 'x', expires_at: 1 };
  const spoken = {
    id: 'c',
    choices: [{ index: 0, message: { role: 'assistant', content: null, audio: sound }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  };
  const event = (value: { readonly type: string } & Record<string, unknown>): string =>
    `event: ${value.type}\n${frame(value)}`;
  const first = {
    id: 'c',
    choices: [{ index: 0, delta: { role: 'assistant', audio: { id: 'container_1', transcript: 'x' } } }],
  };
  const last = { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: spoken.usage };
  const modalities = ['text', 'audio'];

  test.each([
    ['messages', plainMessages, answer(200, { ...message, container }), { ...plainMessages, container: 'container_1' }],
    [
      'messages',
      { ...plainMessages, stream: true },
      streamAnswer([
        event({ type: 'message_start', message: { ...message, content: [], stop_reason: null } }),
        event({ type: 'content_block_start', index: 0, content_block: say }),
        event({ type: 'content_block_stop', index: 0 }),
        event({ type: 'message_delta', delta: { stop_reason: 'end_turn', container }, usage }),
        event({ type: 'message_stop' }),
      ]),
      { ...plainMessages, container: { id: 'container_1' } },
    ],
    [
      'responses',
      { ...plainResponses, store: false },
      answer(200, response),
      { ...plainResponses, tools: [{ type: 'code_interpreter', container: 'container_1' }] },
    ],
    [
      'responses',
      { ...plainResponses, stream: true },
      streamAnswer([event({ type: 'response.completed', response })]),
      responses({ ...run, id: undefined }),
    ],
    [
      'chat',
      { ...plainChat, modalities },
      answer(200, spoken),
      { ...plainChat, messages: [{ role: 'assistant', audio: { id: 'container_1' } }, ...plainChat.messages] },
    ],
    [
      'chat',
      { ...plainChat, modalities, stream: true },
      streamAnswer([frame(first), frame(last), 'data: [DONE]\n\n']),
      { ...plainChat, messages: [{ role: 'assistant', audio: { id: 'container_1' } }, ...plainChat.messages] },
    ],
  ] as const)('%s: may be named by who got it, and by nobody else (%j)', async (kind, body, behaviour, following) => {
    const up = await stage.upstream(behaviour);
    const gate = await stage.gateway([{ id: 'a', provider: providers[kind], baseUrl: up.baseUrl }]);
    const path = paths[kind];
    const next = { ...following, stream: 'stream' in body };
    await (await gate.post(body, { path })).text();
    expect((await gate.post(next, { path })).status).toBe(200);
    expect(up.received).toHaveLength(2);
    const sent = up.received[1]?.json;
    expect(JSON.stringify(sent)).toContain('container_1');
    if ('input' in following && typeof following.input !== 'string') {
      // What is there in part is left out for others; what is named is refused.
      await gate.deps.conversations.forget('user_1', ['container_1', 'ci_1']);
      expect((await gate.post(next, { path })).status).toBe(200);
      expect(JSON.stringify(up.received[2]?.json)).not.toContain('container_1');
      return;
    }
    const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrent: undefined };
    gate.changeKey({ user: { id: 'user_2', role: 'user', enabled: true, group: 'default', limits } });
    expect([(await gate.post(next, { path })).status, up.received.length]).toEqual([400, 2]);
  });
});
