import { afterEach, expect, test } from 'bun:test';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { traitsByName } from '@tollgate/wire/models/by-name';
import { baseUrlOf } from '../domain/base-url.ts';
import type { Channel } from '../domain/snapshot.ts';
import { upstreamNameOf } from '../domain/upstream-name.ts';
import { prepare } from '../relay/plan/targets.ts';
import { channelOf, openTestGateway, snapshotOf, type TestGateway } from '../relay/testing/gateway.ts';
import { answer, openScriptedUpstream, type ScriptedUpstream } from '../relay/testing/scripted-upstream.ts';
import { geminiPlay, openGenerate } from './testing/plays/others.ts';
import { pathFor } from './path.ts';
import { vertex } from './vertex.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const keyFile = {
  type: 'service_account',
  project_id: 'house-1',
  client_email: 'gate@house-1.iam.gserviceaccount.com',
  private_key: privateKey,
  private_key_id: 'k1',
  token_uri: 'https://evil.example/token',
};

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
async function kept<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
  const one = await opening;
  open.push(one);
  return one;
}

/** Google's token endpoint: it gives a token for an assertion that is really signed, for itself and for the right scope. */
const tokenEndpoint = (): Promise<ScriptedUpstream> =>
  kept(
    openScriptedUpstream(async (response, received) => {
      const form = new URLSearchParams(received.text);
      try {
        if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') throw new Error('grant');
        const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', createPublicKey(publicKey), {
          audience: 'https://oauth2.googleapis.com/token',
          issuer: keyFile.client_email,
        });
        if (payload['scope'] !== 'https://www.googleapis.com/auth/cloud-platform') throw new Error('scope');
        if (protectedHeader.kid !== 'k1') throw new Error('kid');
        await answer(200, { access_token: 'ya29.granted', expires_in: 3599, token_type: 'Bearer' })(response, received);
      } catch {
        await answer(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' })(response, received);
      }
    }),
  );

const defaults = { region: 'global' };
type Spec = { readonly id: string; readonly file?: object; readonly priority?: number };

function channelFor({ id, file = keyFile, priority = 0 }: Spec, up: ScriptedUpstream, tokens: string): Channel {
  const channel = channelOf({ id, baseUrl: up.baseUrl, models: { m: 'gemini-3-pro' }, priority });
  const auth = vertex.auth.map((one) => (one.by === 'token' ? { ...one, url: tokens } : one));
  return {
    ...channel,
    provider: { ...vertex, auth },
    settings: vertex.settings.parse(defaults),
    credentials: [{ index: 0, values: { serviceAccount: JSON.stringify(file) }, enabled: true }],
  };
}

const gatewayOf = (channels: readonly Channel[]): Promise<TestGateway> => kept(openTestGateway(snapshotOf(channels)));
const { path, body } = openGenerate('m', false, false);

test('a service account’s assertion is exchanged once for all calls, and the project is its own', async () => {
  const [up, tokens] = [await kept(openScriptedUpstream(answer(200, geminiPlay.text))), await tokenEndpoint()];
  const gate = await gatewayOf([channelFor({ id: 'a' }, up, tokens.baseUrl)]);
  const answers = await Promise.all([1, 2, 3].map(() => gate.post(body, { path })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(tokens.received).toHaveLength(1);
  for (const call of up.received) {
    expect(call.headers.authorization).toBe('Bearer ya29.granted');
    expect(call.path).toBe(
      '/v1/v1/projects/house-1/locations/global/publishers/google/models/gemini-3-pro:generateContent',
    );
  }
});

test.each([
  [
    'another key',
    {
      ...keyFile,
      private_key: generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }).privateKey,
    },
  ],
  ['a key that is none', { ...keyFile, private_key: 'canary-pem' }],
])('an account that gets no token is passed over, with its cause: %s', async (_, file) => {
  const [up, tokens] = [await kept(openScriptedUpstream(answer(200, geminiPlay.text))), await tokenEndpoint()];
  const bad = channelFor({ id: 'bad', file, priority: 1 }, up, tokens.baseUrl);
  const alone = await gatewayOf([bad]);
  const refused = await alone.post(body, { path });
  const text = await refused.text();
  expect(refused.status).toBe(502);
  expect(text).toContain('no access token');
  expect(text).not.toContain('canary');
  const both = await gatewayOf([bad, channelFor({ id: 'good' }, up, tokens.baseUrl)]);
  expect((await both.post(body, { path })).status).toBe(200);
});

test('regions have hosts of their own, and a model may be served in another', () => {
  expect(baseUrlOf(vertex, { region: 'us-east5' })).toBe('https://us-east5-aiplatform.googleapis.com');
  expect(baseUrlOf(vertex, { region: 'global' })).toBe('https://aiplatform.googleapis.com');
  expect(baseUrlOf(vertex, { region: 'eu' })).toBe('https://aiplatform.eu.rep.googleapis.com');
  for (const region of ['evil.example/', 'US-east5', 'us-east5.evil', ''])
    expect(vertex.settings.safeParse({ region }).success).toBe(false);

  const settings = vertex.settings.parse({ region: 'global', regions: { 'claude-x': 'us-east5' } });
  const base = channelOf({ id: 'a', baseUrl: 'https://aiplatform.googleapis.com' });
  const [credential] = base.credentials;
  if (!credential) throw new Error('no credential');
  const channel: Channel = { ...base, provider: vertex, settings };
  const of = (model: string, at = channel) => {
    const { origin, settings: own } = prepare(at, credential, model);
    return [origin.host, own['region']];
  };
  expect(of('gemini-3-pro')).toEqual(['aiplatform.googleapis.com', 'global']);
  expect(of('claude-x')).toEqual(['us-east5-aiplatform.googleapis.com', 'us-east5']);
  expect(prepare(channel, credential, 'claude-x')).toBe(prepare(channel, credential, 'claude-x'));
  expect(prepare(channel, credential, 'a')).toBe(prepare(channel, credential, 'b'));
  // A base URL of one's own stays.
  const own = { ...settings };
  const proxied = { ...channel, settings: own, baseUrl: 'https://proxy.example' };
  expect(of('claude-x', proxied)).toEqual(['proxy.example', 'us-east5']);
});

test.each<[string, object, string, string | undefined]>([
  ['where Google documents them', { region: 'global' }, 'gemini-3-pro', 'global'],
  ['not in a region', { region: 'us-east5' }, 'gemini-3-pro', undefined],
  ['in a region whose channel says so', { region: 'us-east5', textApi: 'interactions' }, 'gemini-3-pro', 'us-east5'],
  [
    'not where the channel rules them out',
    { region: 'global', textApi: 'generate-content' },
    'gemini-3-pro',
    undefined,
  ],
  ['not of other makers’ models', { region: 'global' }, 'claude-sonnet-4-5', undefined],
])('Interactions are asked for %s', (_, given, model, at) => {
  const settings = { ...vertex.settings.parse(given), project: 'p' };
  const dialect = vertex.dialects.find(({ protocol }) => protocol === 'gemini-interactions');
  const path = dialect && pathFor(dialect, 'chat', { model, settings, traits: traitsByName(model) });
  expect(path).toBe(at && `/v1beta1/projects/p/locations/${at}/interactions`);
});

test.each([
  ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5@20250929'],
  ['claude-sonnet-4-5-20250929-high', 'claude-sonnet-4-5@20250929-high'],
  ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet-v2@20241022'],
  ['claude-opus-4-6', 'claude-opus-4-6'],
  ['gemini-2.5-flash-preview-20250929', 'gemini-2.5-flash-preview-20250929'],
])('names of Claude are written as Google has them: %s', (name, written) => {
  expect(upstreamNameOf(vertex, {}, name)).toBe(written);
});

test.each(['{}', 'text', '[]', JSON.stringify({ ...keyFile, private_key: undefined }), ''])(
  'a key file that is none is refused: %s',
  (serviceAccount) => {
    expect(vertex.credential.safeParse({ serviceAccount }).success).toBe(false);
  },
);
