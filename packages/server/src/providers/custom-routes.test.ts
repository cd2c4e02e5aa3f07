import { afterEach, expect, test } from 'bun:test';
import { channelOf, openTestGateway, snapshotOf } from '../relay/testing/gateway.ts';
import { openScriptedUpstream, answer } from '../relay/testing/scripted-upstream.ts';
import { customRoutes } from './custom-routes.ts';
import { chatPlay, openChat } from './testing/plays/openai.ts';
import { messagesPlay, openMessages } from './testing/plays/others.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function gatewayOf(routes: readonly object[], models: Readonly<Record<string, string>>) {
  const upstream = await openScriptedUpstream((response, received) =>
    answer(200, received.path.includes('messages') ? messagesPlay.text : chatPlay.text)(response, received),
  );
  const channel = channelOf({
    id: 'a',
    baseUrl: upstream.baseUrl,
    provider: 'custom-routes',
    models,
    settings: { routes },
  });
  const world = await openTestGateway(snapshotOf([channel]));
  open.push(world, upstream);
  return { world, upstream };
}

test('models are asked where their rule says, by its protocol, with the key in its place', async () => {
  const { world, upstream } = await gatewayOf(
    [
      {
        protocol: 'anthropic-messages',
        models: ['re:^claude-'],
        path: '/x/messages',
        auth: { in: 'header', name: 'X-Api-Key' },
      },
      { protocol: 'openai-chat', models: ['plain'], path: '/x/open', auth: { in: 'none' } },
      {
        protocol: 'openai-chat',
        models: ['queried'],
        path: '/x/{model}?v=1',
        auth: { in: 'query', name: 'key', value: 'k-{apiKey}' },
      },
      { protocol: 'openai-chat', path: '/x/rest' },
    ],
    { c: 'claude-9', p: 'plain', q: 'queried', r: 'else' },
  );
  for (const model of ['c', 'p', 'q', 'r'])
    expect((await world.post(openChat(model, false, false).body)).status).toBe(200);
  const key = 'sk-upstream-canary';
  expect(upstream.received.map(({ path, headers }) => [path, headers.authorization, headers['x-api-key']])).toEqual([
    ['/v1/x/messages', undefined, key],
    ['/v1/x/open', undefined, undefined],
    [`/v1/x/queried?v=1&key=k-${key}`, undefined, undefined],
    ['/v1/x/rest', `Bearer ${key}`, undefined],
  ]);
  // A client of Anthropic's protocol is passed through where the rule speaks it, and translated for elsewhere.
  const { path, body } = openMessages('c', false, false);
  expect((await world.post(body, { path })).status).toBe(200);
  expect(upstream.received.at(-1)?.json).toMatchObject({ max_tokens: 50, model: 'claude-9' });
  expect((await world.post(openMessages('r', false, false).body, { path })).status).toBe(200);
  expect(upstream.received.at(-1)?.path).toBe('/v1/x/rest');
});

test('a rule may be for the clients of one protocol only', async () => {
  const { world, upstream } = await gatewayOf(
    [
      { protocol: 'anthropic-messages', clients: ['anthropic-messages'], path: '/x/messages' },
      { protocol: 'openai-chat', clients: ['openai-chat'], path: '/x/chat' },
    ],
    { m: 'm' },
  );
  expect((await world.post(openChat('m', false, false).body)).status).toBe(200);
  const { path, body } = openMessages('m', false, false);
  expect((await world.post(body, { path })).status).toBe(200);
  expect(upstream.received.map((one) => one.path)).toEqual(['/v1/x/chat', '/v1/x/messages']);
  const gemini = { contents: [{ parts: [{ text: 'Hi' }] }] };
  const refused = await world.post(gemini, { path: '/v1beta/models/m:generateContent' });
  expect(refused.status).toBe(400);
});

test.each([
  [[], 'Too small'],
  [[{ protocol: 'openai-chat', path: 'x' }], 'begins with /'],
  [[{ protocol: 'openai-chat', path: '/{key}' }], 'knows {model}'],
  [[{ protocol: 'openai-chat', path: '/', models: ['re:('] }], 're: and a regular expression'],
  [[{ protocol: 'telepathy', path: '/' }], 'Invalid option'],
  [[{ protocol: 'openai-chat', path: '/', auth: { in: 'header', name: 'a b' } }], 'name of a header'],
  [[{ protocol: 'openai-chat', path: '/', auth: { in: 'header', name: 'a', value: 'a\nb' } }], 'printable'],
  [
    [
      { protocol: 'openai-chat', path: '/a' },
      { protocol: 'openai-chat', path: '/b', models: ['m'] },
    ],
    'never reached: rule 1',
  ],
])('rules that cannot work are refused in words: %j', (routes, words) => {
  const { error } = customRoutes.settings.safeParse({ routes });
  expect(JSON.stringify(error?.issues)).toContain(words);
});
