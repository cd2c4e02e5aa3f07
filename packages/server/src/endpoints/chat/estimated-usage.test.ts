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
  delta,
  finish,
  frame,
  openScriptedUpstream,
  streamAnswer,
  wholeAnswer,
  type Behaviour,
  type ScriptedUpstream,
} from '../../relay/testing/scripted-upstream.ts';

const opened: (ScriptedUpstream | TestGateway)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

const words = 'Twelve tokens or so of an answer, whose provider counts nothing.';

/** Upstreams that tell no usage, whole and streamed. */
const chat = {
  spec: { provider: 'custom', settings: { textApi: 'chat' }, models: { m: 'some-model' } },
  whole: wholeAnswer(words, null),
  stream: streamAnswer([frame(delta(words)), frame(finish()), frame('[DONE]')]),
} as const;
const block = { type: 'text', text: words };
const messages = {
  spec: { provider: 'anthropic', models: { m: 'claude-sonnet-4-5' } },
  whole: answer(200, { id: 'm', type: 'message', role: 'assistant', content: [block], stop_reason: 'end_turn' }),
  stream: streamAnswer(
    [
      { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ].map((event) => `event: ${event.type}\n${frame(event)}`),
  ),
} as const;

type Counts = { readonly input: unknown; readonly output: unknown };
type Client = {
  readonly name: string;
  readonly path: string;
  readonly streamPath?: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly upstream: { readonly spec: Partial<ChannelSpec>; readonly whole: Behaviour; readonly stream: Behaviour };
  /** All numbers that a text of JSON tells, by name. */
  readonly names: readonly [string, string];
};

const asked = [{ role: 'user', content: 'A question of some length, so that halves of it are rounded somewhere.' }];
const clients: readonly Client[] = [
  {
    name: 'Chat',
    path: '/v1/chat/completions',
    body: { messages: asked, stream_options: { include_usage: true } },
    upstream: messages,
    names: ['prompt_tokens', 'completion_tokens'],
  },
  {
    name: 'Responses',
    path: '/v1/responses',
    body: { input: asked },
    upstream: chat,
    names: ['input_tokens', 'output_tokens'],
  },
  {
    name: 'Messages',
    path: '/v1/messages',
    body: { messages: asked, max_tokens: 99 },
    upstream: chat,
    names: ['input_tokens', 'output_tokens'],
  },
  {
    name: 'Gemini',
    path: '/v1beta/models/m:generateContent',
    streamPath: '/v1beta/models/m:streamGenerateContent?alt=sse',
    body: { contents: [{ role: 'user', parts: [{ text: asked[0]?.content }] }] },
    upstream: chat,
    names: ['promptTokenCount', 'candidatesTokenCount'],
  },
];

/** The last number of each name in what a client was sent; the first of the input too, which may be told early. */
function toldIn(text: string, [input, output]: readonly [string, string]): Counts & { readonly early: unknown } {
  const all = (name: string): readonly number[] =>
    [...text.matchAll(new RegExp(`"${name}":(\\d+)`, 'g'))].map((match) => Number(match[1]));
  return { early: all(input)[0], input: all(input).at(-1), output: all(output).at(-1) };
}

describe('an answer whose upstream tells no usage', () => {
  test.each(clients.flatMap((client) => [false, true].map((stream) => [client.name, stream, client] as const)))(
    'is told to a client of %s (stream: %p) as it is charged and written down',
    async (_, stream, { path, streamPath = path, body, upstream, names }) => {
      const up = await openScriptedUpstream(stream ? upstream.stream : upstream.whole);
      opened.push(up);
      const baseUrl = upstream === messages ? up.baseUrl.replace(/\/v1$/, '') : up.baseUrl;
      const world = await openTestGateway(snapshotOf([channelOf({ id: 'a', ...upstream.spec, baseUrl })]));
      opened.push(world);
      const streamed = stream && path === streamPath ? { stream: true } : {};
      const { stream_options: options, ...plain } = body;
      const sent = { model: 'm', ...plain, ...streamed, ...(stream && options ? { stream_options: options } : {}) };
      const response = await world.post(sent, { path: stream ? streamPath : path });
      const text = await response.text();
      expect([response.status, text]).toEqual([200, expect.stringContaining('Twelve tokens') as string]);
      await world.recorded(1);
      const [record] = world.records;
      expect(record?.usageSource).toBe('estimated');
      const { inputText, outputText } = record?.usage ?? {};
      expect(inputText).toBeGreaterThan(5);
      expect(outputText).toBeGreaterThan(5);
      expect(toldIn(text, names)).toEqual({ early: inputText, input: inputText, output: outputText });
      const charged = record?.charge?.lines.map(({ bucket, quantity }) => [bucket, quantity]);
      expect(charged).toEqual([
        ['inputText', inputText as never],
        ['outputText', outputText as never],
      ]);
      expect(record?.conversion?.losses.map((loss) => loss.path)).toContain('usage');
    },
  );
});
