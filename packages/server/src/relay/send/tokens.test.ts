import { afterEach, expect, test } from 'bun:test';
import type { TokenAuth } from '../../providers/auth.ts';
import type { Channel } from '../../domain/snapshot.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../testing/gateway.ts';
import { answer, openScriptedUpstream, wholeAnswer, type ScriptedUpstream } from '../testing/scripted-upstream.ts';

// What the relay makes of a provider that is authenticated by tokens.

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Gives a token that is another one each time. */
async function tokenEndpoint(): Promise<ScriptedUpstream> {
  let given = 0;
  return await kept(
    openScriptedUpstream((response, received) => {
      if (!received.text.includes('client_secret=good'))
        return answer(401, { error: 'invalid_client' })(response, received);
      return answer(200, { access_token: `token-${++given}`, expires_in: 3600 })(response, received);
    }),
  );
}

async function kept<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
  const one = await opening;
  open.push(one);
  return one;
}

function tokenChannel(id: string, up: ScriptedUpstream, tokens: ScriptedUpstream, secret = 'good'): Channel {
  const auth: TokenAuth = {
    by: 'token',
    url: `${tokens.baseUrl}/token`,
    grant: { type: 'client-credentials', clientId: 'clientId', clientSecret: 'clientSecret', sentIn: 'body' },
    placed: { by: 'bearer' },
  };
  const channel = channelOf({ id, baseUrl: up.baseUrl });
  return {
    ...channel,
    provider: { ...channel.provider, auth: [auth] },
    credentials: [{ index: 0, values: { clientId: 'id', clientSecret: secret }, enabled: true }],
  };
}

const gatewayOf = (channels: readonly Channel[]): Promise<TestGateway> => kept(openTestGateway(snapshotOf(channels)));
const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const carriedBy = (up: ScriptedUpstream) => up.received.map(({ headers }) => headers.authorization);

test('calls carry a token that was fetched once for all of them', async () => {
  const [up, tokens] = [await kept(openScriptedUpstream()), await tokenEndpoint()];
  const gate = await gatewayOf([tokenChannel('a', up, tokens)]);
  const answers = await Promise.all(Array.from({ length: 5 }, () => gate.post(hello)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(new Set(carriedBy(up))).toEqual(new Set(['Bearer token-1']));
  expect(tokens.received).toHaveLength(1);
});

test('a token that the upstream refuses is not used again', async () => {
  const [up, tokens] = [await kept(openScriptedUpstream()), await tokenEndpoint()];
  const gate = await gatewayOf([tokenChannel('a', up, tokens)]);
  up.behave(answer(401, { error: { message: 'revoked' } }));
  expect((await gate.post(hello)).status).toBe(502);
  up.behave(wholeAnswer('Hi'));
  expect((await gate.post(hello)).status).toBe(200);
  expect(carriedBy(up)).toEqual(['Bearer token-1', 'Bearer token-2']);
});

test('an account without a token is passed over, and its credential is not told', async () => {
  const [up, tokens] = [await kept(openScriptedUpstream()), await tokenEndpoint()];
  const lost = tokenChannel('a', up, tokens, 'canary-secret');
  const alone = await gatewayOf([lost]);
  const refused = await alone.post(hello);
  expect(refused.status).toBe(502);
  const text = await refused.text();
  expect(text).toContain('upstream_auth');
  expect(text).not.toContain('canary');
  await alone.recorded(1);
  expect(alone.records[0]).toMatchObject({ endReason: 'refused', errorCode: 'upstream_auth', charge: undefined });

  const both = await gatewayOf([{ ...lost, priority: 1 }, tokenChannel('b', up, tokens)]);
  expect((await both.post(hello)).status).toBe(200);
  expect(up.received).toHaveLength(1);
});
