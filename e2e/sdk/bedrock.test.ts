import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test, setDefaultTimeout } from 'bun:test';
import { balanced, openAdmin, setUpRoot, verify, type Admin } from '../account.ts';
import {
  message,
  refusal,
  startBedrock,
  streamed,
  streamOf,
  whole,
  type BedrockUpstream,
  type ConverseAsk,
} from '../bedrock-upstream.ts';
import { openBooks, type Books } from '../books.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { until } from '../until.ts';
import { chatClient, geminiClient, messagesClient, responsesClient, type SdkClient } from './sdk-clients.ts';

setDefaultTimeout(60_000);

/**
 * Every official client against Amazon Bedrock, asked by Converse and played by AWS's own signer and encoder: what it asks arrives signed, what is
 * answered comes back, and all of it is charged.
 */
const key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'c2Vzc2lvbg==/+token',
};
const region = 'eu-central-1';
const apiKey = 'bedrock-api-key-canary';
const claude = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const arn = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/a1b2c3d4e5f6';

const config = (url: string): string => {
  const { accessKeyId, secretAccessKey, sessionToken } = key;
  const channel = (name: string, upstream: string, credential: object, more = ''): string =>
    `  - { name: ${name}, provider: bedrock, baseUrl: "${url}", settings: { region: ${region}, textApi: converse }, ${more}
      credentials: [${JSON.stringify(credential)}], models: [{ name: on-${name}, upstream: "${upstream}" }] }`;
  return `
channels:
${channel('key', claude, { accessKeyId, secretAccessKey, sessionToken })}
${channel('arn', arn, { accessKeyId, secretAccessKey, sessionToken })}
${channel('bearer', claude, { apiKey })}
${channel('wrong', claude, { accessKeyId, secretAccessKey: 'not-the-secret-canary' })}
  - { name: first, provider: bedrock, baseUrl: "${url}", settings: { region: ${region} }, priority: 1,
      credentials: [${JSON.stringify({ accessKeyId, secretAccessKey, sessionToken })}], models: [{ name: on-two, upstream: first }, { name: on-three, upstream: first-too }] }
  - { name: second, provider: bedrock, baseUrl: "${url}", settings: { region: ${region} },
      credentials: [${JSON.stringify({ apiKey })}], models: [{ name: on-two, upstream: second }, { name: on-three, upstream: second-too }] }
  - { name: frankfurt, provider: bedrock, settings: { region: ${region} }, enabled: false, credentials: [${JSON.stringify({ apiKey })}], models: [m] }
models:
${['key', 'arn', 'bearer', 'wrong', 'two', 'three'].map((name) => `  - { name: on-${name}, price: { input: 1, output: 2 } }`).join('\n')}
settings:
  health: { failureThreshold: 1000 }
`;
};

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const signature = 'ErcBCkgIBxABGAIiQEthought/signed+by==';
const weather = (toolUseId: string, city: string) => ({ toolUse: { toolUseId, name: 'weather', input: { city } } });

/** What this Bedrock says, by the last thing it is told. */
function answer(ask: ConverseAsk): Response {
  const say = (content: readonly ({ text?: string } & Record<string, unknown>)[], stop = 'end_turn'): Response =>
    ask.stream ? streamed(streamOf(content, stop)) : whole(content, stop);
  const first = ask.path.includes('/model/first');
  switch (ask.text) {
    case 'say hello':
      return say([{ text: 'Hello, wörld.' }]);
    case 'two cities':
      return say([{ text: 'Both.' }, weather('tooluse_1', 'Paris'), weather('tooluse_2', '東京')], 'tool_use');
    case 'what is it like':
      return say([{ text: 'It is sunny.' }]);
    case 'see this':
      return say([{ text: 'A pixel.' }]);
    case 'think':
      return say(
        [{ reasoningContent: { reasoningText: { text: 'Hm.', signature } } }, weather('tooluse_3', 'Paris')],
        'tool_use',
      );
    case 'break':
      return refusal(400, 'ValidationException', 'no');
    case 'be slow at first':
      return first ? refusal(429, 'ThrottlingException', 'Too many requests') : say([{ text: 'Second.' }]);
    case 'throttle at first':
      if (!first) return say([{ text: 'Second.' }]);
      return streamed([
        message('messageStart', { role: 'assistant' }),
        message('throttlingException', { message: 'Too many requests' }),
      ]);
    case 'break in the middle':
      return streamed([
        ...streamOf([{ text: 'Half of' }], 'end_turn').slice(0, 3),
        message('modelStreamErrorException', { message: `The model at ${arn} failed` }),
      ]);
    case 'be damaged': {
      const pieces = streamOf([{ text: 'Half of' }], 'end_turn');
      const damaged = Uint8Array.from(pieces[3] ?? []);
      damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
      return streamed([...pieces.slice(0, 3), damaged, ...pieces.slice(4)]);
    }
    case 'be cut':
      return streamed([Buffer.concat(streamOf([{ text: 'Half of' }], 'end_turn')).subarray(0, -200)]);
    default:
      return refusal(400, 'ValidationException', `unscripted: ${ask.text}`);
  }
}

let bedrock: BedrockUpstream;
let gateway: Gateway;
let admin: Admin;
let books: Books;
let clients: readonly SdkClient[];
let clientKey = '';
let charged = 0;

beforeAll(async () => {
  bedrock = startBedrock({ key, region, apiKey, answer });
  gateway = await startGateway({ config: config(bedrock.url), commands: setUpRoot });
  books = openBooks(gateway, undefined);
  admin = await openAdmin(gateway);
  await admin.credit('50');
  clientKey = (await admin.createKey('bedrock')).key;
  clients = [chatClient, responsesClient, messagesClient, geminiClient].map((make) => make(gateway.url, clientKey));
});

afterAll(async () => {
  await books?.close();
  if (gateway) await endWell(gateway);
  await bedrock?.stop();
});

const last = (): ConverseAsk => {
  const ask = bedrock.asked.at(-1);
  if (!ask) throw new Error('nothing was asked');
  return ask;
};

const cities = [
  { name: 'weather', args: { city: 'Paris' } },
  { name: 'weather', args: { city: '東京' } },
];

const what: Readonly<Record<string, (client: SdkClient, model: string) => Promise<void>>> = {
  async text(client, model) {
    charged++;
    expect(await client.text(model, 'say hello')).toBe('Hello, wörld.');
    expect(last().path).toBe(`/model/${encodeURIComponent(claude)}/converse`);
  },
  async stream(client, model) {
    charged++;
    expect(await client.stream(model, 'say hello')).toBe('Hello, wörld.');
    expect(last().path).toBe(`/model/${encodeURIComponent(claude)}/converse-stream`);
  },
  async tools(client, model) {
    charged += 2;
    expect(await client.tools(model, 'two cities')).toEqual(cities);
    expect(await client.streamedTools(model, 'two cities')).toEqual(cities);
    expect(last().body['toolConfig']).toMatchObject({
      tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object', required: ['city'] } } } }],
    });
  },
  async 'tool result'(client, model) {
    charged++;
    const call = { id: 'call_abc123', name: 'weather', args: { city: 'Paris' } };
    expect(await client.toolResult(model, 'what is it like', call, 'sunny, 21 °C')).toBe('It is sunny.');
    expect(last().body.messages.slice(1)).toEqual([
      { role: 'assistant', content: [weather('call_abc123', 'Paris')] },
      { role: 'user', content: [{ toolResult: { toolUseId: 'call_abc123', content: [{ text: 'sunny, 21 °C' }] } }] },
    ]);
  },
  async image(client, model) {
    charged++;
    expect(await client.image(model, 'see this', png)).toBe('A pixel.');
    expect(last().body.messages[0]?.content).toContainEqual({ image: { format: 'png', source: { bytes: png } } });
  },
  async error(client, model) {
    expect(await client.errorStatus(model, 'break')).toBe(400);
  },
};

describe.each(['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const)(
  'a client of %s on Bedrock',
  (protocol) => {
    for (const [name, check] of Object.entries(what)) {
      test(name, async () => {
        const client = clients.find((candidate) => candidate.protocol === protocol);
        if (!client) throw new Error(`no client for ${protocol}`);
        await check(client, 'on-key');
      });
    }
  },
);

describe('who may ask', () => {
  const chat = (): SdkClient => clients[0] as SdkClient;

  test('an access key signs for the region, with its session token', async () => {
    charged++;
    await chat().text('on-key', 'say hello');
    expect(last().headers.get('authorization')).toContain(`/${region}/bedrock/aws4_request`);
    expect(last().headers.get('x-amz-security-token')).toBe(key.sessionToken);
  });

  test('an ARN is signed as the one segment that it is', async () => {
    charged++;
    expect(await chat().stream('on-arn', 'say hello')).toBe('Hello, wörld.');
    expect(last().path).toBe(`/model/${encodeURIComponent(arn)}/converse-stream`);
  });

  test('a Bedrock API key is a bearer token', async () => {
    charged++;
    expect(await chat().text('on-bearer', 'say hello')).toBe('Hello, wörld.');
    expect(last().headers.get('authorization')).toBe(`Bearer ${apiKey}`);
    expect(last().headers.get('x-amz-date')).toBeNull();
  });

  test('a wrong secret is the channel’s fault, not the client’s', async () => {
    const before = bedrock.asked.length;
    expect(await chat().errorStatus('on-wrong', 'say hello')).toBeGreaterThanOrEqual(500);
    expect(bedrock.asked.length).toBe(before);
  });
});

describe('a Bedrock that fails', () => {
  // Each asks a model of its own, because what was throttled is left alone for a while.
  test.each([
    ['be slow at first', 'on-two', ''],
    ['throttle at first', 'on-three', '-too'],
  ])('before anything was said: the next is asked (%s)', async (prompt, model, suffix) => {
    charged++;
    expect(await clients[0]?.stream(model, prompt)).toBe('Second.');
    expect(bedrock.asked.slice(-2).map((ask) => ask.path)).toEqual([
      `/model/first${suffix}/converse-stream`,
      `/model/second${suffix}/converse-stream`,
    ]);
  });

  test.each(['break in the middle', 'be damaged', 'be cut'])(
    'in its stream: the client is told (%s)',
    async (prompt) => {
      charged++;
      const response = await fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': clientKey, 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({
          model: 'on-key',
          max_tokens: 50,
          stream: true,
          messages: [{ role: 'user', content: prompt }],
        }),
      });
      const text = await response.text();
      expect(text).toContain('event: error');
      expect(text).not.toContain('message_stop');
      expect(text).not.toContain('123456789012');
    },
  );
});

test('a thought’s signature goes back to Bedrock as it came', async () => {
  charged += 2;
  const sdk = new Anthropic({ baseURL: gateway.url, apiKey: clientKey, maxRetries: 0 });
  const ask = (messages: Anthropic.MessageParam[]): Promise<Anthropic.Message> =>
    sdk.messages
      .stream({
        model: 'on-key',
        max_tokens: 4000,
        thinking: { type: 'enabled', budget_tokens: 2000 },
        tools: [{ name: 'weather', input_schema: { type: 'object' } }],
        messages,
      })
      .finalMessage();
  const user = { role: 'user', content: 'think' } as const;
  const thought = await ask([user]);
  expect(last().body['additionalModelRequestFields']).toEqual({ thinking: { type: 'enabled', budget_tokens: 2000 } });
  expect(thought.content.map((block) => block.type)).toEqual(['thinking', 'tool_use']);
  await ask([
    user,
    { role: 'assistant', content: thought.content },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'tooluse_3', content: 'sunny' },
        { type: 'text', text: 'what is it like' },
      ],
    },
  ]);
  expect(last().body.messages[1]).toEqual({
    role: 'assistant',
    content: [{ reasoningContent: { reasoningText: { text: 'Hm.', signature } } }, weather('tooluse_3', 'Paris')],
  });
  expect(last().body['additionalModelRequestFields']).toEqual({ thinking: { type: 'enabled', budget_tokens: 2000 } });
});

test('a channel without a base URL is at its region’s', async () => {
  type Listed = { data: { name: string; baseUrl: string; credentials: unknown[] }[] };
  const { body } = await admin.call<Listed>('GET', '/channels');
  const frankfurt = body.data.find((channel) => channel.name === 'frankfurt');
  expect(frankfurt?.baseUrl).toBe(`https://bedrock-runtime.${region}.amazonaws.com`);
  expect(JSON.stringify(body)).not.toContain(key.secretAccessKey);
});

test('every call is charged exactly once, and the books agree', async () => {
  await until('all charges', async () => ((await books.charges()).length >= charged ? true : undefined));
  const charges = await books.charges();
  expect(charges.length).toBe(charged);
  // 10 tokens at 1 USD a million and 5 at 2; what broke in its stream is charged by estimate.
  const bySource = Map.groupBy(charges, (charge) => charge.source);
  expect(bySource.get('provider')?.length).toBe(charged - 3);
  expect(new Set(bySource.get('provider')?.map((charge) => charge.amount))).toEqual(new Set([20_000n]));
  expect(await verify(gateway)).toEqual(balanced);
});

test('no secret of the account is logged', () => {
  for (const secret of [key.secretAccessKey, key.sessionToken, apiKey, 'not-the-secret-canary', clientKey])
    expect(gateway.output()).not.toContain(secret);
});
