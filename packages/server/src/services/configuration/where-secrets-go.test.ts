import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { channelInputSchema, channelPatchSchema, type ChannelView } from '@tollgate/contract/api/configuration';
import { Refusal } from '../../domain/refusal.ts';
import { looksSecret } from '../../domain/looks-secret.ts';
import { providers } from '../../providers/index.ts';
import type { Database } from '../../store/database.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { createChannel, getChannel, updateChannel } from './channels.ts';
import type { ConfigurationContext } from './context.ts';
import { copyChannel } from './copy-channel.ts';
import { listAudit } from './list-audit.ts';
import { mask } from './masking.ts';
import { testContext } from './testing/configuration.ts';

let database: Database;
let context: ConfigurationContext;
let made = 0;

beforeAll(async () => {
  database = await openInMemory();
  context = { ...(await testContext(database)), providers: new Map(providers.map((one) => [one.id, one])) };
});
afterAll(() => database.close());

const create = (fields: Record<string, unknown> = {}): Promise<ChannelView> =>
  createChannel(
    context,
    'user:admin',
    channelInputSchema.parse({
      name: `channel ${(made += 1)}`,
      provider: 'openai',
      credentials: [{ apiKey: 'sk-first-0123456789' }],
      models: ['gpt-x'],
      ...fields,
    }),
  );

/** The parameter that a change is refused for; undefined when it is made. */
async function refusedBy(
  id: string,
  fields: Record<string, unknown>,
  options = {},
): Promise<string | null | undefined> {
  try {
    await updateChannel(context, 'user:admin', id, channelPatchSchema.parse(fields), options);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'forbidden') throw error;
    return error.param;
  }
}

const elsewhere = 'https://collector.example/v1';

describe('stored secrets', () => {
  test.each([
    ['another base URL', { baseUrl: elsewhere }, 'baseUrl'],
    ['another port', { baseUrl: 'https://api.openai.com:8443/v1' }, 'baseUrl'],
    ['plain text', { baseUrl: 'http://api.openai.com/v1' }, 'baseUrl'],
    ['a proxy', { proxy: 'http://collector.example:3128' }, 'proxy'],
    ['another provider', { provider: 'deepseek' }, 'provider'],
    ['another Host', { overrides: { headers: { set: { Host: 'collector.example' } } } }, 'overrides'],
    [
      'another Host by an operation',
      { overrides: { body: { operations: [{ mode: 'set_header', path: 'host', value: 'collector.example' }] } } },
      'overrides',
    ],
  ])('do not go to %s', async (_, change, param) => {
    const { id, credentials } = await create();
    expect(await refusedBy(id, change)).toBe(param);
    // Of several accounts, all have to be given again.
    const [stored] = credentials;
    const some = [{ id: stored?.id ?? '' }, { apiKey: 'sk-mine-0123456789' }];
    expect(await refusedBy(id, { ...change, credentials: some })).toBe(param);
    expect((await getChannel(context, id)).baseUrl).toBe('https://api.openai.com/v1');
    expect(await refusedBy(id, { ...change, credentials: [{ apiKey: 'sk-mine-0123456789' }] })).toBeUndefined();
  });

  test('go where who may send secrets elsewhere wants them', async () => {
    const { id } = await create();
    expect(await refusedBy(id, { baseUrl: elsewhere }, { maySendSecretsElsewhere: true })).toBeUndefined();
    expect((await getChannel(context, id)).baseUrl).toBe(elsewhere);
  });

  test('stay where everything else of a channel changes', async () => {
    const { id, name } = await create({
      baseUrl: 'https://proxy.example/openai',
      proxy: 'socks5://me:pw@10.0.0.1:1080',
    });
    for (const change of [
      { baseUrl: 'https://proxy.example/openai/v2' },
      { proxy: 'socks5://me:other@10.0.0.1:1080' },
      { proxy: null },
      { models: ['gpt-y'], priority: 3, overrides: { headers: { set: { 'x-a': 'b' } } } },
      { credentials: null, enabled: false },
    ])
      expect(await refusedBy(id, change)).toBeUndefined();
    // A copy sends them where the original does, and is held to the same.
    const copy = await copyChannel(context, 'user:admin', (await create()).id, {
      name: `${name} again`,
      enabled: false,
    });
    expect(await refusedBy(copy.id, { baseUrl: elsewhere })).toBe('baseUrl');
  });

  test('of overrides do not go elsewhere either, masked or unsaid', async () => {
    const secret = { headers: { set: { 'x-gateway-token': 'canary-header-secret' } } };
    const fields = {
      baseUrl: 'https://gate.example',
      overrides: secret,
      credentials: [{ apiKey: 'sk-first-0123456789' }],
    };
    const { id, overrides } = await create(fields);
    expect(overrides.headers.set).toEqual({ 'x-gateway-token': mask });
    const mine = { baseUrl: elsewhere, credentials: [{ apiKey: 'sk-mine-0123456789' }] };
    expect(await refusedBy(id, mine)).toBe('baseUrl');
    expect(await refusedBy(id, { ...mine, overrides })).toBe('baseUrl');
    expect(await refusedBy(id, { ...mine, overrides: {} })).toBeUndefined();
    const again = await create(fields);
    expect(await refusedBy(again.id, { ...mine, overrides: secret })).toBeUndefined();
  });

  test('follow a region of the vendor’s own, and no host that a setting names', async () => {
    const account = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };
    const bedrock = await create({ provider: 'bedrock', credentials: [account], settings: { region: 'us-east-1' } });
    expect(await refusedBy(bedrock.id, { settings: { region: 'eu-central-1' } })).toBeUndefined();
    const hosted = [...context.providers.values()].find(({ baseUrl }) => baseUrl?.startsWith('https://{host}'));
    if (!hosted) throw new Error('no provider whose host is a setting');
    const own = await create({ provider: hosted.id, settings: { host: 'adb-1.azuredatabricks.net' } });
    expect(await refusedBy(own.id, { settings: { host: 'collector.example' } })).toBe('settings');
    const customers = await create({
      provider: 'cloudflare',
      credentials: [{ apiKey: 'first-0123456789' }],
      settings: { accountId: '0123456789abcdef0123456789abcdef' },
    });
    expect(await refusedBy(customers.id, { settings: { accountId: 'f'.repeat(32) } })).toBe('settings');
  });

  test('are not exchanged for tokens at a host that a setting names', async () => {
    const stored = await create({ provider: 'gitlab', credentials: [{ apiKey: 'glpat-first-0123456789' }] });
    const change = { settings: { instance: 'collector.example' } };
    expect(await refusedBy(stored.id, change)).toBe('settings');
    expect(await refusedBy(stored.id, { settings: { instance: 'gitlab.com' } })).toBeUndefined();
    expect(
      await refusedBy(stored.id, { ...change, credentials: [{ apiKey: 'glpat-mine-0123456789' }] }),
    ).toBeUndefined();
  });
});

describe('secrets in overrides', () => {
  const overrides = {
    headers: { set: { 'x-plain': 'Bearer canary-0123456789', 'x-version': '2024-05-01', 'x-key-too': '{api_key}' } },
    body: {
      set: {
        'metadata.note': 'sk-canary-abcdefgh0123',
        plain: 'gpt-4.1-mini-2025-04-14',
        nested: [{ deep: { any: 'canary0a1b2c3d4e5f6' } }],
        max_tokens: 7,
      },
      operations: [
        { mode: 'replace' as const, path: 'user', from: 'anybody', to: 'sk-canary-abcdefgh0123' },
        { mode: 'set' as const, path: 'stop', value: ['sk-canary-abcdefgh0123', 'END'] },
        { mode: 'delete' as const, path: 'x', conditions: { 'metadata.secret': 'canary', kind: 'plain' } },
      ],
    },
  };

  test('are shown nowhere, whatever their places are called, and stay when what is shown comes back', async () => {
    const channel = await create({ overrides });
    expect(channel.overrides.headers.set).toMatchObject({ 'x-plain': mask, 'x-version': '2024-05-01' });
    expect(channel.overrides.body).toMatchObject({
      set: {
        'metadata.note': mask,
        plain: 'gpt-4.1-mini-2025-04-14',
        nested: [{ deep: { any: mask } }],
        max_tokens: 7,
      },
      operations: [
        { from: 'anybody', to: mask },
        { value: [mask, 'END'] },
        { conditions: { 'metadata.secret': mask } },
      ],
    });
    expect(await refusedBy(channel.id, { priority: 9, overrides: channel.overrides })).toBeUndefined();
    const audit = JSON.stringify(await listAudit(context, { limit: 100 }, 'root'));
    expect(audit).not.toContain('canary');
    const shown = { ...channel.overrides, headers: { ...channel.overrides.headers, set: { 'x-new': mask } } };
    const sent = updateChannel(context, 'user:admin', channel.id, channelPatchSchema.parse({ overrides: shown }));
    expect(String(await sent.catch((error: unknown) => error))).toContain('has a mask where nothing is stored');
  });

  test.each([
    ['sk-proj-abc123def456', true],
    ['Bearer abcdefgh', true],
    ['AKIAIOSFODNN7EXAMPLE', true],
    ['0123456789abcdef0123456789abcdef', true],
    ['q7Xc2Lr9Tz5Wv1Kp', true],
    ['gpt-4.1-mini-2025-04-14', false],
    ['fine-grained-tool-streaming-2025-05-14', false],
    ['claude-sonnet-4-5-20250929', false],
    ['Bearer {api_key}', false],
    ['maxOutputTokensPerRequest', false],
    ['You are a helpful assistant of the company.', false],
    ['application/json', false],
  ])('%s may be one: %p', (text, may) => {
    expect(looksSecret(text)).toBe(may);
  });
});
