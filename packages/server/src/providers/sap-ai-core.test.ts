import { expect, test } from 'bun:test';
import { baseUrlOf } from '../domain/base-url.ts';
import { prepare } from '../relay/plan/targets.ts';
import { channelOf } from '../relay/testing/gateway.ts';
import { sapAiCore } from './sap-ai-core.ts';
import { writeTokenRequest } from './shared/token-grant.ts';

const key = {
  clientid: 'sb-1!b2|aicore!b3',
  clientsecret: 'a-client-secret=',
  url: 'https://house.authentication.eu10.hana.ondemand.com',
  serviceurls: { AI_API_URL: 'https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com' },
};
const credentialOf = (text: string) => sapAiCore.credential.safeParse({ serviceKey: text });

test('a service key says where the account is asked, and where its tokens are', async () => {
  const values = sapAiCore.credential.parse({ serviceKey: JSON.stringify(key) }) as Readonly<Record<string, string>>;
  // What is stored already is read again.
  expect(sapAiCore.credential.parse(values)).toEqual(values);
  const settings = sapAiCore.settings.parse({ resourceGroup: 'house' });
  const channel = {
    ...channelOf({ id: 'a', baseUrl: baseUrlOf(sapAiCore, settings) ?? '' }),
    provider: sapAiCore,
    settings,
  };
  const prepared = prepare(channel, { index: 0, values, enabled: true });
  expect([prepared.origin.host, prepared.basePath, prepared.headers['ai-resource-group']]).toEqual([
    'api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com',
    '/v2',
    'house',
  ]);
  if (prepared.perCall?.by !== 'token') throw new Error('it has tokens');
  const asked = await writeTokenRequest(prepared.perCall, values, prepared.settings, 0);
  expect(asked.url).toBe('https://house.authentication.eu10.hana.ondemand.com/oauth/token');
  expect(Object.fromEntries(new URLSearchParams(asked.body))).toEqual({
    grant_type: 'client_credentials',
    client_id: key.clientid,
    client_secret: key.clientsecret,
  });
  expect(prepared.secrets).toContain(key.clientsecret);
});

test.each([
  ['not JSON'],
  [JSON.stringify({ ...key, clientsecret: undefined, certificate: '---' })],
  [JSON.stringify({ ...key, serviceurls: {} })],
  [JSON.stringify({ ...key, url: 'http://house.example' })],
])('what is no service key is refused: %s', (text) => {
  expect(credentialOf(text).error?.issues[0]?.message).toStartWith('must be a service key');
});
