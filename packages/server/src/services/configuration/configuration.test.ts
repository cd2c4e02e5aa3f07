import { describe, expect, test } from 'bun:test';
import {
  channelInputSchema,
  channelPatchSchema,
  groupInputSchema,
  modelInputSchema,
} from '@tollgate/contract/api/configuration';
import { changeRepository } from '../../store/configuration/changes.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { modelRepository } from '../../store/configuration/models.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { Refusal } from '../../domain/refusal.ts';
import { listAudit } from './list-audit.ts';
import { openCredential, openWiring } from './validated-channel.ts';
import { createChannel, deleteChannel, getChannel, listChannels, updateChannel, writeChannel } from './channels.ts';
import { validateChannel } from './validated-channel.ts';
import type { ConfigurationContext } from './context.ts';
import { createGroup, deleteGroup, getGroup, listGroups, updateGroup } from './groups.ts';
import { mask } from './masking.ts';
import { createModel, deleteModel, getModel, listModels, updateModel } from './models.ts';
import { testContext, testProviders } from './testing/configuration.ts';

const input = (fields: Record<string, unknown> = {}) =>
  channelInputSchema.parse({
    name: 'main',
    provider: 'acme',
    credentials: [{ apiKey: 'sk-first-0123456789' }],
    models: ['gpt-x'],
    ...fields,
  });
const patch = (fields: Record<string, unknown>) => channelPatchSchema.parse(fields);
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refusal ? `${error.code}: ${error.message}` : `not refused: ${String(error)}`;
};
const opened = async (context: ConfigurationContext, id: string): Promise<readonly string[]> => {
  const channel = await channelRepository.find(context.database.db, id);
  return (channel?.credentials ?? []).map(
    (credential) => openCredential(context.secretBox, credential)['apiKey'] ?? '',
  );
};

eachDatabase('channels', (open) => {
  test('are created with their defaults, and show no secret', async () => {
    const context = await testContext(await open());
    const channel = await createChannel(
      context,
      'user:1',
      input({ credentials: [{ apiKey: 'sk-first-0123456789', region: 'eu' }] }),
    );
    expect(channel).toMatchObject({
      name: 'main',
      baseUrl: 'https://api.acme.example/v1',
      credentials: [{ index: 0, enabled: true, hints: { apiKey: '…6789', region: 'eu' } }],
      models: [{ name: 'gpt-x', upstream: 'gpt-x' }],
      groups: ['default'],
      priority: 0,
      weight: 1,
      enabled: true,
      owner: null,
    });
    expect(await opened(context, channel.id)).toEqual(['sk-first-0123456789']);
    expect(await getChannel(context, channel.id)).toEqual(channel);
    expect(await listChannels(context)).toEqual([channel]);
    expect(await refusal(createChannel(context, 'user:1', input()))).toContain(
      'conflict: There is a channel "main" already',
    );
  });

  test('say what a model is whose upstream name does not tell, until it is taken back', async () => {
    const context = await testContext(await open());
    const models = ['gpt-x', { name: 'chat', upstream: 'prod', baseModel: 'gpt-5', operations: ['chat'] as const }];
    const channel = await createChannel(context, 'user:1', input({ models }));
    const kept = [
      { name: 'gpt-x', upstream: 'gpt-x' },
      { name: 'chat', upstream: 'prod', baseModel: 'gpt-5', operations: ['chat'] },
    ];
    expect(channel.models).toEqual(kept);
    expect((await updateChannel(context, 'user:1', channel.id, { weight: 2 })).models).toEqual(kept);
    // What is shown can be sent back.
    const shown = channelPatchSchema.parse({ models: channel.models });
    expect((await updateChannel(context, 'user:1', channel.id, shown)).models).toEqual(kept);
    const { models: edited } = await updateChannel(context, 'user:1', channel.id, {
      models: ['gpt-x', { name: 'chat', upstream: 'prod' }],
    });
    expect(edited).toEqual([
      { name: 'gpt-x', upstream: 'gpt-x' },
      { name: 'chat', upstream: 'prod' },
    ]);
  });

  test('are found by their tags, and say what administrators should know of them', async () => {
    const context = await testContext(await open());
    const remark = 'Contract ends in March;\nask the platform team. 期限に注意';
    const main = await createChannel(context, 'user:1', input({ tags: ['eu', 'azure', 'eu'], remark }));
    expect(main).toMatchObject({ tags: ['eu', 'azure'], remark });
    const plain = await createChannel(context, 'user:1', input({ name: 'plain' }));
    expect(plain).toMatchObject({ tags: [], remark: '' });
    expect(await listChannels(context, { tag: 'azure' })).toEqual([main]);
    expect(await listChannels(context, { tag: 'Azure' })).toEqual([]);
    expect(await listChannels(context, {})).toEqual([main, plain]);
    const changed = await updateChannel(context, 'user:1', main.id, patch({ tags: null, remark: 'ended' }));
    expect(changed).toMatchObject({ tags: [], remark: 'ended', weight: 1 });
    expect(await listChannels(context, { tag: 'azure' })).toEqual([]);
    for (const wrong of [{ tags: [' eu'] }, { tags: [''] }, { remark: 'x'.repeat(256) }, { remark: 'a\0' }])
      expect(channelPatchSchema.safeParse(wrong).error?.issues[0]?.path[0]).toBe(Object.keys(wrong)[0] ?? '');
  });

  test('are patched: absent keeps, null goes back to the default, credentials keep their secrets and indexes', async () => {
    const context = await testContext(await open());
    const created = await createChannel(
      context,
      'user:1',
      input({
        priority: 5,
        weight: 3,
        baseUrl: 'https://else.example/',
        credentials: [{ apiKey: 'sk-a-0123456789' }, { apiKey: 'sk-b-0123456789' }],
      }),
    );
    expect(created.baseUrl).toBe('https://else.example');
    const [first, second] = created.credentials;
    const updated = await updateChannel(
      context,
      'user:1',
      created.id,
      patch({
        baseUrl: null,
        priority: null,
        credentials: [{ id: second?.id, enabled: false }, { apiKey: 'sk-c-0123456789' }],
      }),
      { maySendSecretsElsewhere: true },
    );
    expect(updated).toMatchObject({
      baseUrl: 'https://api.acme.example/v1',
      priority: 0,
      weight: 3,
      credentials: [{ index: 1, enabled: false }, { index: 2 }],
    });
    expect(await opened(context, created.id)).toEqual(['sk-b-0123456789', 'sk-c-0123456789']);
    expect(
      await refusal(updateChannel(context, 'user:1', created.id, patch({ credentials: [{ id: first?.id }] }))),
    ).toContain('credentials.0.id');
    expect(await refusal(updateChannel(context, 'user:1', 'ch_none', patch({})))).toContain('not_found');
    await deleteChannel(context, 'user:1', created.id);
    expect(await listChannels(context)).toEqual([]);
  });

  test('keep masked secrets of overrides and proxy when a mask comes back', async () => {
    const context = await testContext(await open());
    const overrides = {
      headers: { set: { 'X-Api-Key': 'canary-header', 'x-plain': 'a' } },
      body: {
        set: { 'extra.token': 'canary-body', max_tokens: 1 },
        operations: [
          { mode: 'set_header' as const, path: 'x-auth', value: 'canary-operation' },
          { mode: 'delete' as const, path: 'user' },
        ],
      },
    };
    const channel = await createChannel(
      context,
      'user:1',
      input({ overrides, proxy: 'socks5://me:canary-proxy@10.0.0.1:1080' }),
    );
    expect(JSON.stringify(channel)).not.toContain('canary');
    expect(channel.overrides.headers.set).toEqual({ 'x-api-key': mask, 'x-plain': 'a' });
    expect(channel.overrides.body).toMatchObject({
      set: { 'extra.token': mask, max_tokens: 1 },
      operations: [{ value: mask }, { path: 'user' }],
    });
    const updated = await updateChannel(
      context,
      'user:1',
      channel.id,
      patch({
        proxy: channel.proxy,
        overrides: {
          headers: { set: { ...channel.overrides.headers.set, 'x-plain': 'b' } },
          body: { ...channel.overrides.body, operations: channel.overrides.body.operations.toReversed() },
        },
      }),
    );
    expect(updated.overrides.headers.set).toEqual({ 'x-api-key': mask, 'x-plain': 'b' });
    const stored = await channelRepository.find(context.database.db, channel.id);
    expect(stored === undefined ? undefined : openWiring(context.secretBox, stored)).toEqual({
      overrides: {
        headers: { set: { 'x-api-key': 'canary-header', 'x-plain': 'b' }, remove: [], pass: [] },
        body: {
          set: { 'extra.token': 'canary-body', max_tokens: 1 },
          remove: [],
          operations: [
            { mode: 'delete', path: 'user' },
            { mode: 'set_header', path: 'x-auth', value: 'canary-operation' },
          ],
        },
      },
      proxy: 'socks5://me:canary-proxy@10.0.0.1:1080',
    });
  });

  test('take overrides as other gateways write them, and explain what is wrong in them', async () => {
    const context = await testContext(await open());
    const channel = await createChannel(
      context,
      'user:1',
      input({
        overrides: {
          paramOverride: { temperature: 0, operations: [{ mode: 'trim_space', path: 'user' }] },
          headerOverride: { 'X-A': 'b', 're:^x-stainless-': '' },
        },
      }),
    );
    expect(channel.overrides).toEqual({
      headers: { set: { 'x-a': 'b' }, remove: [], pass: ['re:^x-stainless-'] },
      body: { set: { temperature: 0 }, remove: [], operations: [{ mode: 'trim_space', path: 'user' }] },
    });
    const wrong = input({ name: 'other', overrides: { body: { operations: [{ mode: 'move', from: 'a' }] } } });
    expect(createChannel(context, 'user:1', wrong)).rejects.toMatchObject({
      param: 'overrides.body.operations.0.to',
      message: expect.stringContaining('right would be a path in the body'),
    });
  });

  test('lose nothing when several people edit them at once', async () => {
    const context = await testContext(await open());
    const { id } = await createChannel(context, 'user:1', input());
    const edits = [
      { weight: 7 },
      { priority: 8 },
      { models: ['a', 'b'] },
      { credentials: [{ apiKey: 'sk-new-0123456789' }] },
      { baseUrl: 'https://new.example' },
    ];
    await Promise.all(
      edits.map((fields) => updateChannel(context, 'user:1', id, patch(fields), { maySendSecretsElsewhere: true })),
    );
    expect(await getChannel(context, id)).toMatchObject({
      weight: 7,
      priority: 8,
      models: [{ name: 'a' }, { name: 'b' }],
      baseUrl: 'https://new.example',
    });
    expect(await opened(context, id)).toEqual(['sk-new-0123456789']);
    const twins = await Promise.all(
      [1, 2, 3].map(() => refusal(createChannel(context, 'user:1', input({ name: 'twin' })))),
    );
    expect(twins.filter((said) => said.startsWith('conflict'))).toHaveLength(2);
    expect((await listAudit(context, { limit: 100, subject: `channel:${id}` }, 'root')).length).toBe(6);
  });

  test('remember who disabled them and why', async () => {
    const context = await testContext(await open());
    const { id } = await createChannel(context, 'user:1', input());
    const off = await updateChannel(context, 'user:2', id, patch({ enabled: false, disabledReason: 'out of credit' }));
    expect(off.disabled).toMatchObject({ reason: 'out of credit', by: 'user:2' });
    expect((await updateChannel(context, 'user:1', id, patch({ weight: 9 }))).disabled).toEqual(off.disabled);
    expect((await updateChannel(context, 'user:1', id, patch({ enabled: true }))).disabled).toBeNull();
  });

  test('of a file are locked with their source', async () => {
    const context = await testContext(await open());
    const wanted = validateChannel(input(), { providers: testProviders, groups: new Set(['default']) });
    const { id } = await context.database.transact((db) =>
      writeChannel(db, context, {
        actor: 'file:tollgate.yaml',
        owner: 'file:tollgate.yaml',
        existing: undefined,
        wanted,
      }),
    );
    expect(await refusal(updateChannel(context, 'user:1', id, patch({ weight: 2 })))).toBe(
      'owned_by_file: Channel "main" is managed by tollgate.yaml; change it there.',
    );
    expect(await refusal(deleteChannel(context, 'user:1', id))).toContain('owned_by_file');
  });

  test('are written together with a change and an audit entry, and a refused write leaves neither', async () => {
    const context = await testContext(await open());
    const before = await changeRepository.latest(context.database.db);
    const { id } = await createChannel(context, 'user:1', input());
    await refusal(createChannel(context, 'user:1', input()));
    await updateChannel(context, 'user:1', id, patch({ weight: 2 }));
    const changes = await changeRepository.since(context.database.db, before, 100);
    expect(changes.map(({ topic, ref }) => `${topic} ${ref}`)).toEqual([`channel ${id}`, `channel ${id}`]);
    const [update, create, ...rest] = await listAudit(context, { limit: 10, subject: `channel:${id}` }, 'root');
    expect(rest).toEqual([]);
    expect(create).toMatchObject({ actor: 'user:1', action: 'channel.create', before: null, after: { weight: 1 } });
    expect(update).toMatchObject({ action: 'channel.update', before: { weight: 1 }, after: { weight: 2 } });
    expect(await listAudit(context, { limit: 10, before: update?.id, actor: 'user:1' }, 'root')).toEqual(
      create === undefined ? [] : [create],
    );
  });

  test('are called in the audit log as they are called now, and once they are gone as they were last', async () => {
    const context = await testContext(await open());
    const { id } = await createChannel(context, 'user:nobody', input({ name: 'first' }));
    await updateChannel(context, 'cli', id, patch({ name: 'second' }));
    const subject = `channel:${id}`;
    const names = async () =>
      (await listAudit(context, { limit: 10, subject }, 'root')).map(({ subjectName, actorName }) => [
        subjectName,
        actorName,
      ]);
    expect(await names()).toEqual([
      ['second', null],
      ['second', null],
    ]);
    await deleteChannel(context, 'cli', id);
    expect(await names()).toEqual([
      ['second', null],
      ['second', null],
      ['first', null],
    ]);
  });
});

describe('a channel is refused', () => {
  const context = { providers: testProviders, groups: new Set(['default']) };
  const says = (fields: Record<string, unknown>): string => {
    try {
      validateChannel(input(fields), context);
      return 'accepted';
    } catch (error) {
      return error instanceof Refusal ? error.message : String(error);
    }
  };

  test.each([
    [{ provider: 'acne' }, 'provider: there is no provider "acne"; did you mean "acme"?'],
    [{ provider: 'local', credentials: [] }, 'baseUrl: Local needs one'],
    [{ credentials: [] }, 'credentials: Acme needs at least one'],
    [{ credentials: [{ apikey: 'canary' }] }, 'credentials.0.apiKey'],
    [
      { credentials: [{ apiKey: 'canary', regoin: 'canary' }] },
      'credentials.0.regoin: there is no such field; did you mean "region"?',
    ],
    [{ credentials: [{ apiKey: 'x', 'sk-canary-01': 'x' }] }, 'credentials.0.(name): there is no such field'],
    [{ settings: { apiVersion: 3 } }, 'settings.apiVersion'],
    [{ groups: ['default', 'vip'] }, 'groups.1: there is no group "vip"'],
    [{ models: ['a', 'a'] }, 'models.1: "a" is there twice'],
    [
      {
        models: [
          { name: 'a', upstream: 'b' },
          { name: 'b', upstream: 'a' },
        ],
      },
      'models.0: the mapping goes round in a circle: a -> b -> a',
    ],
  ])('%j', (fields, message) => {
    const said = says(fields);
    expect(said).toContain(message);
    expect(said).not.toContain('canary');
  });

  test.each([
    { baseUrl: 'ftp://x.example' },
    { baseUrl: 'https://user:pass@x.example' },
    { proxy: 'ftp://x.example' },
    { overrides: { headers: { set: { connection: 'x' } } } },
    { overrides: { headers: { set: { 'x-a': 'b\r\nc: d' } } } },
    { weight: -1 },
    { name: ' padded' },
    { surprise: 1 },
  ])('by its shape: %j', (fields) => {
    expect(channelInputSchema.safeParse({ name: 'main', provider: 'acme', ...fields }).success).toBe(false);
  });

  test('but one of a provider that wants no credential gets an empty one', () => {
    const channel = validateChannel(
      input({ provider: 'local', baseUrl: 'http://127.0.0.1:11434', credentials: [] }),
      context,
    );
    expect(channel.credentials).toEqual([{ id: undefined, values: {}, enabled: true }]);
  });
});

eachDatabase('models', (open) => {
  test('get a new price version for a new price, and none for the same', async () => {
    const context = await testContext(await open());
    const created = await createModel(
      context,
      'user:1',
      modelInputSchema.parse({ name: 'gpt-x', price: { input: '0.15', output: '0.6' }, maxOutputTokens: 4096 }),
    );
    expect(created.current).toMatchObject({ price: { input: '0.15', output: '0.6' }, free: false, source: 'admin' });
    const same = await updateModel(context, 'user:1', 'gpt-x', { price: { output: '0.60', input: '0.150' } });
    expect(same.current?.version).toBe(created.current?.version ?? '');
    const dearer = await updateModel(context, 'user:1', 'gpt-x', {
      price: { input: '0.2', output: '0.6', perCall: '0.001', tiers: [{ above: 1000, input: '0.4' }] },
    });
    expect(dearer.maxOutputTokens).toBe(4096);
    const free = await updateModel(context, 'user:1', 'gpt-x', { free: true, maxOutputTokens: null });
    expect(free.current).toMatchObject({ free: true, price: null });
    expect(free.maxOutputTokens).toBeNull();
    expect((await updateModel(context, 'user:1', 'gpt-x', { price: null })).current).toBeNull();
    const { history } = await getModel(context, 'gpt-x');
    expect(history.map((version) => version.price?.input)).toEqual([undefined, '0.2', '0.15']);
    expect(history[1]?.price).toEqual({
      input: '0.2',
      output: '0.6',
      perCall: '0.001',
      tiers: [{ above: 1000, input: '0.4' }],
    });
  });

  test('have prices with conditions, which stay what they are', async () => {
    const context = await testContext(await open());
    const rates = [
      { when: { tier: 'fast', inputAbove: 1000 }, input: '3', perCall: '0.01' },
      { when: { hours: ['00:30-16:30', '17:00-24:00'], model: 'other' }, output: '1' },
      { input: '1', output: '2' },
    ];
    const input = modelInputSchema.parse({ name: 'gpt-x', price: { rates } });
    const created = await createModel(context, 'user:1', input);
    expect(created.current?.price).toEqual({ rates });
    const same = await updateModel(context, 'user:1', 'gpt-x', { price: { rates } });
    expect(same.current?.version).toBe(created.current?.version ?? '');
    const swapped = rates.map((_, index) => rates[[1, 0, 2][index] ?? 0] ?? {});
    const other = await updateModel(context, 'user:1', 'gpt-x', { price: { rates: swapped } });
    expect(other.current?.price).toEqual({ rates: swapped });
  });

  test('have prices by expression, which are checked, kept as they were understood, and never edited', async () => {
    const context = await testContext(await open());
    const price = { expression: 'tier("base", p * 2.5 + c * 15)', perSearch: '0.01' };
    const input = modelInputSchema.parse({ name: 'gpt-x', price });
    const created = await createModel(context, 'user:1', input);
    expect(created.current?.price).toEqual(price);
    const stored = (await modelRepository.find(context.database.db, 'gpt-x'))?.price;
    expect(stored?.program).toMatchObject({ result: { op: 'tier', name: 'base' }, names: ['p', 'c'] });
    const same = await updateModel(context, 'user:1', 'gpt-x', { price });
    expect(same.current?.version).toBe(created.current?.version ?? '');
    const refused = updateModel(context, 'user:1', 'gpt-x', { price: { expression: 'p * 2.5 +\n  q' } });
    expect(await refused.catch((error: unknown) => error)).toMatchObject({
      code: 'invalid_request',
      param: 'price.expression',
      message: expect.stringContaining('there is no "q"') as unknown,
    });
    const twice = updateModel(context, 'user:1', 'gpt-x', { price: { expression: 'searches * 5', perSearch: '1' } });
    expect(await twice.catch((error: unknown) => error)).toMatchObject({
      message: expect.stringContaining('names searches, which has a rate beside it too') as unknown,
    });
    const other = await updateModel(context, 'user:1', 'gpt-x', { price: { expression: 'p * 3' } });
    expect(other.current?.price).toEqual({ expression: 'p * 3' });
    const plain = await updateModel(context, 'user:1', 'gpt-x', { price: { input: '1' } });
    expect(plain.current?.price).toEqual({ input: '1' });
    expect((await getModel(context, 'gpt-x')).history).toHaveLength(3);
  });

  test('whose prices were stored as tiers are read as conditions, and cost the same', async () => {
    const context = await testContext(await open());
    const { db } = context.database;
    const created = await createModel(
      context,
      'user:1',
      modelInputSchema.parse({ name: 'gpt-x', price: { input: '1' } }),
    );
    // As it was written before prices knew of other conditions.
    const stored =
      '[{"above":1000,"rates":{"inputText":"2000000000"}},{"above":5000,"rates":{"inputText":"3000000000","outputText":"1"}}]';
    await db
      .updateTable('prices')
      .set({ tiers_json: stored })
      .where('version', '=', created.current?.version ?? '')
      .execute();
    expect((await modelRepository.find(db, 'gpt-x'))?.price?.conditional).toEqual([
      { when: { inputAbove: 5000 }, rates: { inputText: 3_000_000_000n, outputText: 1n }, perCall: undefined },
      { when: { inputAbove: 1000 }, rates: { inputText: 2_000_000_000n }, perCall: undefined },
    ]);
    const tiers = [
      { above: 1000, input: '2' },
      { above: 5000, input: '3', output: '0.000000001' },
    ];
    expect((await getModel(context, 'gpt-x')).current?.price).toEqual({ input: '1', tiers });
    const same = await updateModel(context, 'user:1', 'gpt-x', { price: { input: '1', tiers } });
    expect(same.current?.version).toBe(created.current?.version ?? '');
  });

  test('say what can be asked of them, until that is taken back', async () => {
    const context = await testContext(await open());
    const model = await createModel(
      context,
      'user:1',
      modelInputSchema.parse({ name: 'old', operations: ['completions'] }),
    );
    expect(model.operations).toEqual(['completions']);
    expect((await updateModel(context, 'user:1', 'old', { ownedBy: 'acme' })).operations).toEqual(['completions']);
    expect((await getModel(context, 'old')).operations).toEqual(['completions']);
    expect((await updateModel(context, 'user:1', 'old', { operations: [] })).operations).toEqual([]);
    expect((await updateModel(context, 'user:1', 'old', { operations: null })).operations).toBeNull();
    expect(modelInputSchema.safeParse({ name: 'x', operations: ['telepathy'] }).success).toBe(false);
  });

  test('go, but their prices stay', async () => {
    const context = await testContext(await open());
    await createModel(context, 'user:1', modelInputSchema.parse({ name: 'gone', price: { input: '1' } }));
    await deleteModel(context, 'user:1', 'gone');
    expect(await listModels(context)).toEqual([]);
    expect(await refusal(getModel(context, 'gone'))).toContain('not_found');
    await createModel(context, 'user:1', modelInputSchema.parse({ name: 'gone', free: true }));
    expect((await getModel(context, 'gone')).history).toHaveLength(2);
    expect(await refusal(createModel(context, 'user:1', modelInputSchema.parse({ name: 'gone' })))).toContain(
      'conflict',
    );
  });
});

eachDatabase('groups', (open) => {
  test('have exact multipliers and overrides by user group', async () => {
    const context = await testContext(await open());
    expect((await listGroups(context)).map((group) => [group.name, group.multiplier])).toEqual([['default', '1']]);
    await createGroup(
      context,
      'user:1',
      groupInputSchema.parse({ name: 'vip', multiplier: '0.85', userGroups: { staff: '0', default: '1.5' } }),
    );
    expect(await getGroup(context, 'vip')).toMatchObject({
      multiplier: '0.85',
      userGroups: { staff: '0', default: '1.5' },
    });
    expect(await updateGroup(context, 'user:1', 'vip', { multiplier: null })).toMatchObject({
      multiplier: '1',
      userGroups: { staff: '0', default: '1.5' },
    });
    expect(await updateGroup(context, 'user:1', 'vip', { userGroups: null })).toMatchObject({ userGroups: {} });
  });

  test('are not removed while in use, the default one never', async () => {
    const context = await testContext(await open());
    await createGroup(context, 'user:1', groupInputSchema.parse({ name: 'vip' }));
    const { id } = await createChannel(context, 'user:1', input({ groups: ['vip'] }));
    expect(await refusal(deleteGroup(context, 'user:1', 'vip'))).toBe('conflict: Group "vip" is in use by "main".');
    expect(await refusal(deleteGroup(context, 'user:1', 'default'))).toContain('cannot be removed');
    await deleteChannel(context, 'user:1', id);
    await deleteGroup(context, 'user:1', 'vip');
    expect(await refusal(getGroup(context, 'vip'))).toContain('not_found');
  });
});
