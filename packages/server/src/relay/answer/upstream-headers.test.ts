import { afterEach, describe, expect, test } from 'bun:test';
import { defaultSettings } from '@tollgate/contract/settings';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../testing/gateway.ts';
import {
  answer,
  frame,
  openScriptedUpstream,
  type Behaviour,
  type ScriptedUpstream,
} from '../testing/scripted-upstream.ts';

const opened: (ScriptedUpstream | TestGateway)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

/** What OpenAI's head of an answer says, and what nobody but the account's owner is to read. */
const useful = {
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-remaining-tokens': '149984',
  'x-ratelimit-reset-tokens': '6ms',
  'openai-processing-ms': '412',
};
const private_ = {
  'openai-organization': 'org-house',
  'set-cookie': '__cf_bm=x',
  server: 'cloudflare',
  'cf-ray': '9a-FRA',
  'x-ms-region': 'West Europe',
  'x-served-by': '10.0.0.7',
};
const heads = { 'x-request-id': 'req_of_openai', ...useful, ...private_ };
const completion = {
  id: 'c',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const chunk = {
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }],
};
const whole = answer(200, completion, heads);
const streamed: Behaviour = (response) =>
  void response.writeHead(200, { 'content-type': 'text/event-stream', ...heads }).end(frame(chunk) + frame('[DONE]'));

const hello = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };

async function ask(
  behaviour: Behaviour,
  body: object = hello,
  path = '/v1/chat/completions',
  passAnswerHeaders = true,
) {
  const upstream = await openScriptedUpstream(behaviour);
  opened.push(upstream);
  const settings = { ...defaultSettings, relay: { ...defaultSettings.relay, passAnswerHeaders } };
  const channel = channelOf({ id: 'a', baseUrl: upstream.baseUrl, settings: { textApi: 'chat' } });
  const world = await openTestGateway(snapshotOf([channel], settings));
  opened.push(world);
  const response = await world.post(body, { path });
  await response.text();
  return response;
}

const told = (response: Response, names: object): Readonly<Record<string, string>> =>
  Object.fromEntries([...response.headers].filter(([name]) => Object.hasOwn(names, name)));

describe('the head of an upstream’s answer', () => {
  test.each([
    ['whole', whole, hello],
    ['streamed', streamed, { ...hello, stream: true }],
    ['of an error', answer(400, { error: { message: 'no', type: 'invalid_request_error' } }, heads), hello],
  ] as const)('is told as far as it is of use: %s', async (_, behaviour, body) => {
    const response = await ask(behaviour, body);
    expect(told(response, useful)).toEqual(useful);
    expect(response.headers.get('x-tollgate-upstream-request-id')).toBe('req_of_openai');
    expect(response.headers.get('x-request-id')).toStartWith('req_');
    expect(response.headers.get('x-request-id')).not.toBe('req_of_openai');
    for (const name of Object.keys(private_)) expect(response.headers.has(name)).toBeFalse();
  });

  test('is told to others only as the id of the request', async () => {
    const response = await ask(whole, { ...hello, max_tokens: 9 }, '/v1/messages');
    expect(response.status).toBe(200);
    expect(told(response, useful)).toEqual({});
    expect(response.headers.get('x-tollgate-upstream-request-id')).toBe('req_of_openai');
    // Where its own clients look for the gateway's.
    expect(response.headers.get('request-id')).toBe(response.headers.get('x-request-id'));
  });

  test('is not told where administrators do not want it', async () => {
    const response = await ask(whole, hello, '/v1/chat/completions', false);
    expect(told(response, { ...useful, 'x-tollgate-upstream-request-id': '' })).toEqual({});
  });

  test('that is no plain text is left out', async () => {
    const odd = { 'x-request-id': 'r\u00e9q', 'openai-processing-ms': 'x'.repeat(300) };
    const response = await ask(answer(200, completion, odd));
    expect(told(response, { ...useful, 'x-tollgate-upstream-request-id': '' })).toEqual({});
  });
});
