import { expect, test } from 'bun:test';
import { serveModel } from '../domain/served-model.ts';
import { channelOf, openTestGateway, snapshotOf } from '../relay/testing/gateway.ts';
import { answer, openScriptedUpstream } from '../relay/testing/scripted-upstream.ts';
import { gitlab } from './gitlab.ts';

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5 },
};

test('a call carries the headers that came with its token, and another token once it was refused', async () => {
  const instance = await openScriptedUpstream((response, { method, path, headers, text }) => {
    const right = headers.authorization === 'Bearer glpat-test' && method === 'POST' && text === '{}';
    const token = `direct-${instance.received.filter((one) => one.path === path).length}`;
    response
      .writeHead(right && path === '/api/v4/ai/third_party_agents/direct_access' ? 201 : 401, {
        'content-type': 'application/json',
      })
      .end(
        JSON.stringify({ token, headers: { 'X-Gitlab-Realm': 'saas', 'x-api-key': 'nobody’s', Authorization: 'x' } }),
      );
  });
  const upstream = await openScriptedUpstream(answer(200, message));
  const name = 'claude-sonnet-4-5-20250929';
  const [auth] = gitlab.auth;
  if (auth?.by !== 'token') throw new Error('it has tokens');
  const channel = {
    ...channelOf({ id: 'a', baseUrl: `${new URL(upstream.baseUrl).origin}/ai/v1/proxy`, models: { [name]: name } }),
    provider: {
      ...gitlab,
      auth: [{ ...auth, url: auth.url.replace('https://{instance}', new URL(instance.baseUrl).origin) }],
    },
    settings: gitlab.settings.parse({}),
    models: new Map([[name, serveModel({ name, upstream: name }, gitlab)]]),
    credentials: [{ index: 0, values: { apiKey: 'glpat-test' }, enabled: true }],
  };
  const world = await openTestGateway(snapshotOf([channel]));
  const ask = async (): Promise<number> => {
    const body = { model: name, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] };
    const response = await world.post(body, { path: '/v1/messages' });
    await response.text();
    return response.status;
  };
  try {
    expect(await ask()).toBe(200);
    const [first] = upstream.received;
    expect(first?.path).toBe('/ai/v1/proxy/anthropic/v1/messages');
    expect(first?.headers).toMatchObject({ authorization: 'Bearer direct-1', 'x-gitlab-realm': 'saas' });
    expect(first?.headers).not.toHaveProperty('x-api-key');
    upstream.behave(answer(401, { error: 'Forbidden by auth provider' }));
    await ask();
    world.skip(3_600_000);
    upstream.behave(answer(200, message));
    expect(await ask()).toBe(200);
    expect(upstream.received.at(-1)?.headers.authorization).toBe('Bearer direct-2');
  } finally {
    await world.close();
    await upstream.close();
    await instance.close();
  }
});
