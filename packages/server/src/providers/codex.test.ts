import { expect, test } from 'bun:test';
import { channelOf, openTestGateway, snapshotOf } from '../relay/testing/gateway.ts';
import { answer, openScriptedUpstream } from '../relay/testing/scripted-upstream.ts';
import { codex } from './codex.ts';
import { responsesPlay } from './testing/plays/openai.ts';

const jwt = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), ''].map((text) => Buffer.from(text).toString('base64url')).join('.');
const named = jwt({ 'https://api.openai.com/auth': { chatgpt_account_id: 'acc-1' } });

test.each([
  [{ tokens: { refresh_token: 'r', access_token: 'a', account_id: 'acc' } }, 'acc'],
  [{ tokens: { refresh_token: 'r', access_token: 'a', id_token: named } }, 'acc-1'],
  [{ refresh_token: 'r', access_token: named, type: 'codex', email: 'a@b.example' }, 'acc-1'],
  [{ refresh_token: 'r' }, undefined],
])('auth.json is read as Codex and others write it: %j', (file, accountId) => {
  const { auth } = codex.credential.parse({ auth: JSON.stringify(file) });
  const read = JSON.parse(String(auth)) as Record<string, unknown>;
  expect([read['refresh_token'], read['account_id']]).toEqual(['r', accountId]);
});

test.each(['', '{}', 'null', '[]', '{"OPENAI_API_KEY":"sk-1","tokens":null}', '{"tokens":{"access_token":"a"}}'])(
  'a file without a refresh token is refused: %s',
  (auth) => expect(codex.credential.safeParse({ auth }).success).toBe(false),
);

test.each([
  [
    {
      plan_type: 'pro',
      rate_limit: {
        primary_window: { used_percent: 12, limit_window_seconds: 18_000, reset_at: 1 },
        secondary_window: { used_percent: 100, limit_window_seconds: 604_800, reset_at: 1 },
      },
      credits: { has_credits: true, unlimited: false, balance: '7.5' },
    },
    [
      { amount: '88', currency: '% of 5 h' },
      { amount: '0', currency: '% of 7 d' },
      { amount: '7.5', currency: 'credits' },
    ],
  ],
  [{ plan_type: 'free', rate_limit: null, credits: null }, undefined],
  ['nonsense', undefined],
])('what is left of the subscription is read', (body, left) => {
  expect(codex.balance?.[0]?.read(body, '')).toEqual(left as never);
});

test('each refresh uses the token of the last one, and an expired access token is never sent', async () => {
  let good = 'r0';
  let given = 0;
  const tokens = await openScriptedUpstream((response, received) => {
    const form = new URLSearchParams(received.text);
    if (form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') !== good)
      return answer(401, { error: { message: 'used', code: 'refresh_token_reused' } })(response, received);
    good = `r${++given}`;
    const body = { access_token: jwt({ exp: Date.now() / 1000 + 3600, n: given }), refresh_token: good };
    return answer(200, body)(response, received);
  });
  const upstream = await openScriptedUpstream((response) => {
    if (upstream.received.length === 2) return void response.writeHead(401).end('{"detail":"Unauthorized"}');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const { event, data } of responsesPlay.stream)
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    response.end();
  });
  const channel = channelOf({ id: 'a', baseUrl: upstream.baseUrl, models: { m: 'gpt-5.5' } });
  const auth = JSON.stringify({ refresh_token: 'r0', access_token: jwt({ exp: 1 }), account_id: 'acc' });
  const world = await openTestGateway(
    snapshotOf([
      {
        ...channel,
        provider: { ...codex, auth: codex.auth.map((one) => ({ ...one, url: tokens.baseUrl })) },
        settings: {},
        credentials: [{ index: 0, values: { auth }, enabled: true }],
      },
    ]),
  );
  const ask = () => world.post({ model: 'm', input: 'Hi' }, { path: '/v1/responses' });
  const first = await ask();
  expect(first.status).toBe(200);
  expect(await first.json()).toMatchObject({ object: 'response', status: 'completed' });
  expect((await ask()).status).toBe(502);
  expect((await ask()).status).toBe(200);
  const carried = upstream.received.map(({ headers }) => headers.authorization);
  expect(new Set(carried).size).toBe(2);
  expect(upstream.received[0]?.headers).toMatchObject({ 'chatgpt-account-id': 'acc', originator: 'codex_cli_rs' });
  expect(upstream.received[0]?.json).toMatchObject({ store: false, stream: true, instructions: '' });
  expect(tokens.received).toHaveLength(2);
  await world.close();
  await upstream.close();
  await tokens.close();
});
