import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { balanced, openAdmin, setUpRoot, verify, type Admin } from '../account.ts';
import { endWell, startGateway, type Gateway } from '../gateway.ts';
import { startUpstream, streamedAnswer, type ScriptedUpstream } from '../scripted-upstream.ts';
import { until } from '../until.ts';

setDefaultTimeout(60_000);

/**
 * What a translation cannot keep, as a client of Anthropic's SDK meets it on an upstream that speaks Chat: told in a
 * header as far as it is known by then, all of it in the request log, refused where strictness is asked for.
 */
const config = (baseUrl: string): string => `
channels:
  - { name: main, provider: custom, baseUrl: "${baseUrl}", credentials: [{ apiKey: sk-up }], models: [m] }
models:
  - { name: m, price: { input: 1, output: 2 } }
`;

/** Anthropic has one answer only, so the second one is lost. */
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const twoAnswers = (stream: boolean): Response => {
  const base = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'm' };
  if (!stream)
    return Response.json({
      ...base,
      object: 'chat.completion',
      choices: [0, 1].map((index) => ({
        index,
        message: { role: 'assistant', content: 'Hello.' },
        finish_reason: 'stop',
      })),
      usage,
    });
  const chunk = (more: object): string =>
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...more })}\n\n`;
  return streamedAnswer([
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello.' }, finish_reason: null }] }),
    chunk({ choices: [{ index: 1, delta: { role: 'assistant', content: 'Hello.' }, finish_reason: null }] }),
    chunk({ choices: [0, 1].map((index) => ({ index, delta: {}, finish_reason: 'stop' })) }),
    chunk({ choices: [], usage }),
    'data: [DONE]\n\n',
  ]);
};

let upstream: ScriptedUpstream;
let gateway: Gateway;
let admin: Admin;
let lenient: Anthropic;
let strict: Anthropic;
let asked = 0;

beforeAll(async () => {
  upstream = startUpstream(({ stream }) => {
    asked++;
    return twoAnswers(stream);
  });
  gateway = await startGateway({ config: config(upstream.baseUrl), commands: setUpRoot });
  admin = await openAdmin(gateway);
  await admin.credit('50');
  const client = async (name: string, strictConversion: boolean): Promise<Anthropic> => {
    const made = await admin.call<{ key: string }>('POST', '/keys', { name, strictConversion });
    return clientOf(made.body.key);
  };
  lenient = await client('lenient', false);
  strict = await client('strict', true);
});

/** A client of the version that has sampling parameters; the newer one refuses them. */
const clientOf = (apiKey: string): Anthropic =>
  new Anthropic({
    baseURL: gateway.url,
    apiKey,
    maxRetries: 0,
    defaultHeaders: { 'anthropic-version': '2023-06-01' },
  });

afterAll(async () => {
  if (gateway) await endWell(gateway);
  await upstream?.stop();
});

const hello: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'm',
  max_tokens: 50,
  messages: [{ role: 'user', content: 'Hello' }],
};
/** Chat has no such sampling. */
const narrowed = { ...hello, top_k: 5 };
const lostOfRequest = { path: 'sampling.topK', kind: 'dropped' };
const lostOfAnswer = { path: 'choices', kind: 'dropped' };

/** The request as the admin API shows it, once it is in the books. */
const logged = (response: Response): Promise<unknown> =>
  until('the request in the log', async () => {
    const { status, body } = await admin.call('GET', `/requests/${response.headers.get('x-request-id')}`);
    return status === 200 ? body : undefined;
  });

describe('what cannot be kept', () => {
  test('of a whole answer and its request is told in the header and in the log', async () => {
    const { data, response } = await lenient.messages.create(narrowed).withResponse();
    expect(data.content).toMatchObject([{ type: 'text', text: 'Hello.' }]);
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('sampling.topK;dropped, choices;dropped');
    expect(await logged(response)).toMatchObject({
      protocol: 'anthropic-messages',
      conversion: { upstreamProtocol: 'openai-chat', losses: [lostOfRequest, lostOfAnswer], moreLosses: 0 },
    });
  });

  test('of a stream is told in the log, where the header knew the request only', async () => {
    const { data, response } = await lenient.messages.create({ ...narrowed, stream: true }).withResponse();
    let text = '';
    for await (const event of data)
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
    expect(text).toBe('Hello.');
    expect(response.headers.get('x-tollgate-conversion-loss')).toBe('sampling.topK;dropped');
    expect(await logged(response)).toMatchObject({
      stream: true,
      conversion: { upstreamProtocol: 'openai-chat', losses: [lostOfRequest, lostOfAnswer], moreLosses: 0 },
    });
  });

  test('is nothing on the passthrough', async () => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${strict.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], top_k: 5 }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tollgate-conversion-loss')).toBeNull();
    expect(await logged(response)).toMatchObject({ conversion: null });
  });
});

/** The refusal of a call, with the request as it stands in the log. */
async function refused(client: Anthropic, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const before = asked;
  const response = await client.messages.create(narrowed, { headers }).then(
    () => undefined,
    (error: unknown) => (error instanceof Anthropic.APIError ? error : undefined),
  );
  expect(response?.status).toBe(400);
  expect(response?.message).toContain('sampling.topK');
  expect(asked).toBe(before);
  return await logged(new Response(null, { headers: response?.headers ?? {} }));
}

describe('strictness', () => {
  const refusal = {
    errorCode: 'conversion_loss',
    bill: null,
    attemptCount: 0,
    conversion: { losses: [lostOfRequest] },
  };

  test('is asked for by a header, and refuses before anything is sent or held', async () => {
    expect(await refused(lenient, { 'x-tollgate-strict': 'true' })).toMatchObject(refusal);
  });

  test('is asked for by a key, which no header loosens', async () => {
    expect(await refused(strict, {})).toMatchObject(refusal);
    expect(await refused(strict, { 'x-tollgate-strict': 'false' })).toMatchObject(refusal);
  });

  test('refuses nothing that is kept', async () => {
    expect((await strict.messages.create(hello)).content).toMatchObject([{ type: 'text', text: 'Hello.' }]);
  });

  test('can be given to a key and taken from it', async () => {
    const made = await admin.call<{ id: string; key: string }>('POST', '/keys', { name: 'changing' });
    const client = clientOf(made.body.key);
    await client.messages.create(narrowed);
    await admin.call('PATCH', `/keys/${made.body.id}`, { strictConversion: true });
    await refused(client, {});
    await admin.call('PATCH', `/keys/${made.body.id}`, { strictConversion: false });
    await client.messages.create(narrowed);
  });
});

test('errors of the gateway speak the client’s protocol', async () => {
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'sk-nobody', 'anthropic-version': '2023-06-01' },
    body: '{}',
  });
  expect([response.status, await response.json()]).toMatchObject([
    401,
    { type: 'error', error: { type: 'authentication_error' } },
  ]);
});

test('the books agree', async () => {
  expect(await verify(gateway)).toEqual(balanced);
});
