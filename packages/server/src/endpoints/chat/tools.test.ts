import { afterEach, describe, expect, test } from 'bun:test';
import {
  channelOf,
  openTestGateway,
  snapshotOf,
  type ChannelSpec,
  type TestGateway,
} from '../../relay/testing/gateway.ts';
import {
  answer,
  frame,
  openScriptedUpstream,
  streamAnswer,
  usageOf,
  type Behaviour,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';

const opened: (ScriptedUpstream | TestGateway)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

type Asked = {
  readonly sent: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly losses: string | null;
};

/** Asks a gateway before one upstream of a provider; what went up, and what came back. */
async function ask(
  channel: Partial<ChannelSpec> & { readonly upstream: string },
  path: string,
  body: object,
  behaviour: Behaviour,
): Promise<Asked> {
  const upstream = await openScriptedUpstream(behaviour);
  opened.push(upstream);
  const { upstream: name, ...spec } = channel;
  const world = await openTestGateway(
    snapshotOf([channelOf({ id: 'a', baseUrl: upstream.baseUrl, models: { m: name }, ...spec })]),
  );
  opened.push(world);
  const response = await world.post({ model: 'm', ...body }, { path });
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.any(String) as string]);
  return {
    sent: upstream.received[0]?.json as Asked['sent'],
    text,
    losses: response.headers.get('x-tollgate-conversion-loss'),
  };
}

const openai = { provider: 'openai', settings: { textApi: 'chat' }, upstream: 'gpt-4o' } as const;
const deepseek = { provider: 'deepseek', upstream: 'deepseek-chat' } as const;

/** A completion that calls one tool. */
const calls = (name: string, id: string, args = '{}'): Behaviour =>
  answer(200, {
    id: 'c',
    object: 'chat.completion',
    model: 'x',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [{ id, type: 'function', function: { name, arguments: args } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: usageOf(10, 5),
  });

const streamsCall = (name: string, id: string, args: readonly string[]): Behaviour =>
  streamAnswer(
    [
      { tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: '' } }] },
      ...args.map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
    ]
      .map((delta) => frame({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }] }))
      .concat(
        frame({
          object: 'chat.completion.chunk',
          choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
          usage: usageOf(10, 5),
        }),
        frame('[DONE]'),
      ),
  );

describe('results of one turn', () => {
  const result = (id: string, output: unknown) => ({ type: 'function_call_output', call_id: id, output });
  const call = (id: string, name: string) => ({ type: 'function_call', call_id: id, name, arguments: '{}' });
  const picture = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' };
  const ok = calls('ls', 'new');

  test.each([
    ['a developer’s note', { type: 'message', role: 'developer', content: 'image was resized' }],
    ['a user’s word', { role: 'user', content: 'wait' }],
  ])('stay together where %s stands between them', async (_, between) => {
    const input = [
      { role: 'user', content: 'look' },
      call('c1', 'view_image'),
      call('c2', 'ls'),
      result('c1', [picture]),
      between,
      result('c2', 'files'),
    ];
    const { sent } = await ask(
      { provider: 'custom', settings: { textApi: 'chat' }, upstream: 'deepseek-v4' },
      '/v1/responses',
      { input },
      ok,
    );
    const messages = sent['messages'] as readonly { readonly role: string; readonly tool_call_id?: string }[];
    expect(messages.slice(0, 4).map(({ role, tool_call_id: id }) => id ?? role)).toEqual([
      'user',
      'assistant',
      'c1',
      'c2',
    ]);
    expect(JSON.stringify(messages.slice(4))).toContain(between.content);
    expect(JSON.stringify(messages.slice(4))).toContain('iVBORw0KGgo=');
  });
});

describe('names that the upstream refuses', () => {
  const long = 'mcp__stata_mcp__stata_run_selection_stream_endpoint_run_selection_stream_get';
  const short = 'mcp__stata_mcp__stata_run_selection_stream_endpoint_run_3afe0412';
  const claude = {
    max_tokens: 50,
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: long, input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'done' }] },
    ],
    tools: [{ name: long, input_schema: { type: 'object' } }],
    tool_choice: { type: 'tool', name: long },
  };

  test('of 76 letters are short there and themselves in the answer', async () => {
    const { sent, text, losses } = await ask(openai, '/v1/messages', claude, calls(short, 'call_2'));
    expect(sent).toMatchObject({
      tools: [{ function: { name: short } }],
      tool_choice: { function: { name: short } },
      messages: [{}, { tool_calls: [{ function: { name: short } }] }, { role: 'tool' }],
    });
    expect(JSON.parse(text)).toMatchObject({ content: [{ type: 'tool_use', id: 'call_2', name: long }] });
    expect(losses).toContain('tools[0].name;approximated');
  });

  test('so too in a stream', async () => {
    const { text } = await ask(
      openai,
      '/v1/messages',
      { ...claude, stream: true },
      streamsCall(short, 'call_2', ['{}']),
    );
    expect(text).toContain(`"name":"${long}"`);
    expect(text).not.toContain(short);
  });

  const dotted = {
    contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
    tools: [{ functionDeclarations: [{ name: 'github.create_issue', description: 'x' }] }],
  };

  test('with dots lose them towards Chat', async () => {
    const path = '/v1beta/models/m:generateContent';
    const { sent, text } = await ask(openai, path, dotted, calls('github_create_issue', 'call_2'));
    expect(sent).toMatchObject({ tools: [{ function: { name: 'github_create_issue' } }] });
    expect(JSON.parse(text)).toMatchObject({
      candidates: [{ content: { parts: [{ functionCall: { name: 'github.create_issue' } }] } }],
    });
  });

  test('and towards Messages', async () => {
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [{ type: 'tool_use', id: 't', name: 'github_create_issue', input: { n: 1 } }],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 5 },
    };
    const path = '/v1beta/models/m:generateContent';
    const { sent, text } = await ask(
      { provider: 'anthropic', upstream: 'claude-sonnet-4-5' },
      path,
      dotted,
      answer(200, message),
    );
    expect(sent).toMatchObject({ tools: [{ name: 'github_create_issue' }] });
    expect(JSON.parse(text)).toMatchObject({
      candidates: [{ content: { parts: [{ functionCall: { name: 'github.create_issue', args: { n: 1 } } }] } }],
    });
  });
});

describe('ids of calls', () => {
  test('that the client has seen before are new to it when they come again', async () => {
    const messages = [
      { role: 'user', content: 'go' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'call_0', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: 'done' }] },
    ];
    const body = { max_tokens: 9, messages, tools: [{ name: 'f', input_schema: { type: 'object' } }] };
    const whole = await ask(openai, '/v1/messages', body, calls('f', 'call_0'));
    expect(JSON.parse(whole.text)).toMatchObject({ content: [{ type: 'tool_use', id: 'call_0_2', name: 'f' }] });
    const streamed = await ask(openai, '/v1/messages', { ...body, stream: true }, streamsCall('f', 'call_0', ['{}']));
    expect(streamed.text).toContain('"id":"call_0_2"');
  });
});

describe('tools of free text', () => {
  const patch = {
    type: 'custom',
    name: 'apply_patch',
    description: 'FREEFORM',
    format: { type: 'grammar', syntax: 'lark', definition: 'start: /.+/s' },
  };
  const input = [
    { role: 'user', content: 'patch' },
    { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** Begin' },
    { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
  ];
  const body = { input, tools: [patch], tool_choice: { type: 'custom', name: 'apply_patch' } };
  const asFunction = {
    type: 'function',
    function: {
      name: 'apply_patch',
      description: 'FREEFORM\n\n`input` must follow this lark grammar:\nstart: /.+/s',
      parameters: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    },
  };

  test('are functions for who knows no others, in the conversation and the choice too', async () => {
    const { sent, text, losses } = await ask(
      deepseek,
      '/v1/responses',
      body,
      calls('apply_patch', 'c2', '{"input":"*** End"}'),
    );
    expect(sent).toMatchObject({
      tools: [asFunction],
      tool_choice: { type: 'function', function: { name: 'apply_patch' } },
      messages: [
        {},
        { tool_calls: [{ type: 'function', function: { name: 'apply_patch', arguments: '{"input":"*** Begin"}' } }] },
        { role: 'tool', tool_call_id: 'c1' },
      ],
    });
    expect(JSON.parse(text)).toMatchObject({
      output: [{ type: 'custom_tool_call', call_id: 'c2', name: 'apply_patch', input: '*** End' }],
      tools: [patch],
    });
    expect(losses).toContain('tools[0];approximated');
  });

  test('are called as such in a stream', async () => {
    const { text } = await ask(
      deepseek,
      '/v1/responses',
      { ...body, stream: true },
      streamsCall('apply_patch', 'c2', ['{"input":"*** ', 'End\\n"}']),
    );
    expect(text).toContain('response.custom_tool_call_input.done');
    expect(text).toContain('"input":"*** End\\n"');
    expect(text).not.toContain('function_call_arguments');
  });

  const chat = {
    messages: [{ role: 'user', content: 'patch' }],
    tools: [
      {
        type: 'custom',
        custom: {
          name: 'apply_patch',
          description: 'FREEFORM',
          format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: /.+/s' } },
        },
      },
    ],
  };

  test('so too for who speaks Chat itself', async () => {
    const { sent, text } = await ask(
      deepseek,
      '/v1/chat/completions',
      chat,
      calls('apply_patch', 'c2', '{"input":"*** End"}'),
    );
    expect(sent).toMatchObject({ tools: [asFunction] });
    expect(JSON.parse(text)).toMatchObject({
      choices: [
        { message: { tool_calls: [{ id: 'c2', type: 'custom', custom: { name: 'apply_patch', input: '*** End' } }] } },
      ],
    });
  });

  test('pass as they are to who knows them', async () => {
    const { sent } = await ask({ ...openai, upstream: 'gpt-5.1' }, '/v1/chat/completions', chat, calls('x', 'c2'));
    expect(sent['tools']).toEqual(chat.tools);
  });
});
