import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { channelInputSchema, groupInputSchema } from '@tollgate/contract/api/configuration';
import { channelRepository } from '../../store/configuration/channels.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { Refusal } from '../../domain/refusal.ts';
import { createChannel, listChannels, updateChannel } from '../configuration/channels.ts';
import type { ConfigurationContext } from '../configuration/context.ts';
import { createGroup, getGroup, listGroups } from '../configuration/groups.ts';
import { getModel, listModels, updateModel } from '../configuration/models.ts';
import { readSeeds, seedPrices } from '../configuration/seeds.ts';
import { listSettings, readSettings, writeSetting } from '../configuration/settings.ts';
import { testContext, testSettings } from '../configuration/testing/configuration.ts';
import { apply, planApply } from './apply.ts';
import type { ApplyResult } from './apply.ts';
import { formatPlan, isNoChange } from './plan.ts';
import { formatProblem, readConfigFile } from './read-config-file.ts';

const env = { ACME_KEY: 'sk-canary-0123456789', OTHER_KEY: 'sk-canary-9876543210' };
const source = 'tollgate.yaml';
const root = { actor: 'user:1', audience: 'root' } as const;
const seeds = readSeeds({
  source: 'models.dev',
  asOf: '2026-07-02',
  models: { 'gpt-x': { by: 'acme', at: '2025-01-01', max: 16_384, price: { input: '9', output: '9' } } },
});

const issueExample = `channels:
  - name: main
    provider: acme              # id of a provider descriptor
    baseUrl: http://127.0.0.1:9001/v1
    credentials: [{ apiKey: "\${ACME_KEY}" }]
    models: [gpt-4o-mini, { name: fast, upstream: gpt-4o-mini }]
    groups: [default]
    priority: 0                 # higher first
    weight: 1
models:
  - name: gpt-4o-mini
    price: { input: 0.15, cacheRead: 0.075, output: 0.60 }   # USD per million tokens
groups:
  - { name: default, multiplier: 1 }
`;

const applied = (context: ConfigurationContext, text: string, from = source): Promise<ApplyResult> =>
  apply(context, { text, env, source: from, seeds });
const summary = (result: ApplyResult): readonly string[] =>
  'plan' in result
    ? result.plan.steps.map((step) => `${step.action} ${step.kind} ${step.name}`)
    : result.problems.map(formatProblem);

eachDatabase('apply', (open) => {
  test('the example of the documentation works, exactly and idempotently', async () => {
    const context = await testContext(await open());
    const first = await applied(context, issueExample);
    expect(summary(first)).toEqual(['update group default', 'create model gpt-4o-mini', 'create channel main']);
    const [channel] = await listChannels(context);
    expect(channel).toMatchObject({
      name: 'main',
      baseUrl: 'http://127.0.0.1:9001/v1',
      owner: 'file:tollgate.yaml',
      models: [
        { name: 'gpt-4o-mini', upstream: 'gpt-4o-mini' },
        { name: 'fast', upstream: 'gpt-4o-mini' },
      ],
      credentials: [{ hints: { apiKey: '…6789' } }],
    });
    expect(await getModel(context, 'gpt-4o-mini')).toMatchObject({
      owner: 'file:tollgate.yaml',
      current: { price: { input: '0.15', cacheRead: '0.075', output: '0.6' }, source: 'config file' },
    });
    expect(await getGroup(context, 'default')).toMatchObject({ owner: 'file:tollgate.yaml', multiplier: '1' });
    const second = await applied(context, issueExample);
    expect('plan' in second && isNoChange(second.plan)).toBe(true);
    expect(await listChannels(context)).toEqual(channel === undefined ? [] : [channel]);
  });

  test('a file says what a deployment is, and a change of that is a change', async () => {
    const context = await testContext(await open());
    const told = issueExample.replace(
      'upstream: gpt-4o-mini',
      'upstream: prod, baseModel: gpt-4o-mini, operations: [chat]',
    );
    await applied(context, told);
    expect((await listChannels(context))[0]?.models[1]).toEqual({
      name: 'fast',
      upstream: 'prod',
      baseModel: 'gpt-4o-mini',
      operations: ['chat'],
    });
    const same = await applied(context, told);
    expect('plan' in same && isNoChange(same.plan)).toBe(true);
    const changed = await applied(
      context,
      told
        .replace('baseModel: gpt-4o-mini', 'baseModel: gpt-5')
        .replace('operations: [chat]', 'operations: [completions]')
        .replace('- name: gpt-4o-mini', '- name: gpt-4o-mini\n    operations: [chat]'),
    );
    expect('plan' in changed && changed.plan.steps.flatMap((step) => step.changes)).toEqual([
      { path: 'operations', before: undefined, after: '["chat"]' },
      { path: 'models.fast.baseModel', before: 'gpt-4o-mini', after: 'gpt-5' },
      { path: 'models.fast.operations', before: '["chat"]', after: '["completions"]' },
    ]);
    expect((await getModel(context, 'gpt-4o-mini')).operations).toEqual(['chat']);
  });

  test('a plan shows what would be done, masks secrets, and writes nothing', async () => {
    const context = await testContext(await open());
    await applied(context, issueExample);
    const changed = issueExample
      .replace('ACME_KEY', 'OTHER_KEY')
      .replace('0.15', '0.2')
      .replace(
        'weight: 1',
        'weight: 3\n    proxy: socks5://me:canary-proxy@10.0.0.1:1080\n    overrides: { headers: { set: { X-Token: canary-header } } }',
      );
    const request = { text: changed, env, source, seeds };
    const plan = await planApply(context, request);
    const printed = 'plan' in plan ? formatPlan(plan.plan) : '';
    expect(printed).toBe(
      [
        '~ model gpt-4o-mini',
        '    price.input: 0.15 -> 0.2',
        '~ channel main',
        '    credentials[0].apiKey: (secret) -> (secret), changed',
        '    weight: 1 -> 3',
        '    overrides.headers.set.x-token: (none) -> ********',
        '    proxy: (none) -> socks5://me:********@10.0.0.1:1080',
        'tollgate.yaml: 0 to create, 2 to update, 0 to delete, 1 unchanged.',
      ].join('\n'),
    );
    expect((await listChannels(context))[0]?.weight).toBe(1);
    const before = (await getModel(context, 'gpt-4o-mini')).current?.version;
    await apply(context, request);
    expect((await listChannels(context))[0]).toMatchObject({
      weight: 3,
      credentials: [{ index: 1, hints: { apiKey: '…3210' } }],
    });
    expect((await getModel(context, 'gpt-4o-mini')).history.map((version) => version.version)).toContain(before ?? '');
    const again = await apply(context, request);
    expect('plan' in again && isNoChange(again.plan)).toBe(true);
  });

  test('tags and a remark are applied, compared whatever their order, and taken back when the file drops them', async () => {
    const context = await testContext(await open());
    const labelled = issueExample.replace('weight: 1', 'weight: 1\n    tags: [eu, azure]\n    remark: "Ends in March"');
    const changes = async (text: string) => {
      const result = await applied(context, text);
      return 'plan' in result && result.plan.steps.flatMap((step) => step.changes);
    };
    await applied(context, issueExample);
    expect(await changes(labelled)).toEqual([
      { path: 'tags', before: undefined, after: '["azure","eu"]' },
      { path: 'remark', before: undefined, after: 'Ends in March' },
    ]);
    expect((await listChannels(context, { tag: 'eu' }))[0]).toMatchObject({
      tags: ['eu', 'azure'],
      remark: 'Ends in March',
    });
    expect(await changes(labelled.replace('[eu, azure]', '[azure, eu]'))).toEqual([]);
    expect(await changes(issueExample)).toEqual([
      { path: 'tags', before: '["azure","eu"]', after: undefined },
      { path: 'remark', before: 'Ends in March', after: undefined },
    ]);
    expect(summary(await applied(context, labelled.replace('[eu, azure]', '[eu, 7]')))).toEqual([
      'line 10, column 16: channels[0].tags[1]: invalid input: expected string, received number',
    ]);
  });

  test('a price with conditions is applied as it is written, and its differences are told by condition', async () => {
    const context = await testContext(await open());
    const text = `models:
  - name: smart
    price:
      rates:
        - { when: { tier: [flex, batch], inputAbove: 272000 }, input: 5, output: 22.50 }
        - { when: { tier: flex }, input: 2.5, output: 15 }
        - { when: { hours: 16:30-00:30 }, input: 1 }
        - { when: { quality: high, size: 1024x1024, resolution: 1080 }, perImage: 0.167 }
        - { input: 5, cacheRead: 0.5, cacheWrite30m: 6.25, output: 30, perSearch: 0.01 }
`;
    expect(summary(await applied(context, text))).toEqual(['create model smart']);
    expect((await getModel(context, 'smart')).current?.price).toEqual({
      rates: [
        { when: { tier: ['flex', 'batch'], inputAbove: 272_000 }, input: '5', output: '22.5' },
        { when: { tier: 'flex' }, input: '2.5', output: '15' },
        { when: { hours: '16:30-00:30' }, input: '1' },
        { when: { size: '1024x1024', quality: 'high', resolution: '1080' }, perImage: '0.167' },
        { input: '5', cacheRead: '0.5', cacheWrite30m: '6.25', output: '30', perSearch: '0.01' },
      ],
    });
    const again = await applied(context, text);
    expect('plan' in again && isNoChange(again.plan)).toBe(true);
    const request = { text: text.replace('input: 2.5', 'input: 2').replace('flex, batch', 'flex'), env, source, seeds };
    const plan = await planApply(context, request);
    expect('plan' in plan ? formatPlan(plan.plan) : '').toBe(
      [
        '~ model smart',
        '    price 1 (tier: flex | batch, inputAbove: 272000).input: 5 -> (none)',
        '    price 1 (tier: flex | batch, inputAbove: 272000).output: 22.5 -> (none)',
        '    price 2 (tier: flex).input: 2.5 -> 2',
        '    price 1 (tier: flex, inputAbove: 272000).input: (none) -> 5',
        '    price 1 (tier: flex, inputAbove: 272000).output: (none) -> 22.5',
        'tollgate.yaml: 0 to create, 1 to update, 0 to delete, 0 unchanged.',
      ].join('\n'),
    );
  });

  test('a price by expression is applied, and one that cannot be used is refused with its place', async () => {
    const context = await testContext(await open());
    const text = `models:
  - name: smart
    price:
      expression: >-
        len <= 200000 ? tier("short", p * 3 + c * 15) : tier("long", p * 6 + c * 22.5)
      perSearch: 0.01
`;
    expect(summary(await applied(context, text))).toEqual(['create model smart']);
    const again = await applied(context, text);
    expect('plan' in again && isNoChange(again.plan)).toBe(true);
    const wrong = text.replace('p * 6', 'q * 6');
    const said = 'line 4, column 19: models[0].price.expression: there is no "q", only p, c, len';
    for (const result of [await applied(context, wrong), await planApply(context, { text: wrong, env, source, seeds })])
      expect(summary(result).join('\n')).toContain(said);
    expect((await getModel(context, 'smart')).history).toHaveLength(1);
  });

  test('what leaves the file leaves the gateway, or goes back to what it was without it', async () => {
    const context = await testContext(await open());
    await seedPrices(context, seeds);
    const text = `
settings: { relay: { maxAttempts: 7 }, accounts: { signupCreditUsd: 1.50 }, site: { name: "Gate" } }
groups: [{ name: default, multiplier: 1.5 }, { name: vip, multiplier: 0.85, userGroups: { staff: 0 } }]
models: [{ name: gpt-x, price: { input: 1 } }, { name: own, free: true, maxOutputTokens: 100 }]
channels: [{ name: a, provider: acme, credentials: [{ apiKey: k }], models: [own], groups: [vip] }]
`;
    await applied(context, text);
    expect((await readSettings(context)).accounts.signupCreditUsd).toBe('1.5');
    expect(await getGroup(context, 'vip')).toMatchObject({ multiplier: '0.85', userGroups: { staff: '0' } });
    // The file says nothing of the largest output, so what is known of the model stays.
    expect(await getModel(context, 'gpt-x')).toMatchObject({
      maxOutputTokens: 16_384,
      ownedBy: 'acme',
      current: { price: { input: '1' } },
    });
    const emptied = await applied(context, '{}');
    expect(summary(emptied).toSorted()).toEqual(
      [
        'delete setting accounts.signupCreditUsd',
        'delete setting relay.maxAttempts',
        'delete setting site.name',
        'release group default',
        'release model gpt-x',
        'delete model own',
        'delete channel a',
        'delete group vip',
      ].toSorted(),
    );
    expect(await listChannels(context)).toEqual([]);
    expect((await listGroups(context)).map((group) => [group.name, group.multiplier, group.owner])).toEqual([
      ['default', '1', null],
    ]);
    expect(
      (await listModels(context)).map((model) => [
        model.name,
        model.current?.price?.input,
        model.current?.source,
        model.owner,
      ]),
    ).toEqual([['gpt-x', '9', 'models.dev', null]]);
    expect((await readSettings(context)).relay.maxAttempts).toBe(4);
    const again = await applied(context, '');
    expect('plan' in again && again.plan.steps).toEqual([]);
  });

  test('owns what it names: locked for people and for other files, untouched what it does not name', async () => {
    const context = await testContext(await open());
    const hand = await createChannel(
      context,
      'user:1',
      channelInputSchema.parse({ name: 'by hand', provider: 'acme', credentials: [{ apiKey: 'k' }] }),
    );
    await applied(context, `${issueExample}settings: { relay: { maxAttempts: 7 } }\n`);
    expect((await listChannels(context)).map((channel) => [channel.name, channel.owner])).toEqual([
      ['by hand', null],
      ['main', 'file:tollgate.yaml'],
    ]);
    const locked = async (work: Promise<unknown>) => {
      const error: unknown = await work.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error instanceof Refusal && error.code).toBe('owned_by_file');
    };
    const id = (await channelRepository.findByName(context.database.db, 'main'))?.id ?? '';
    await locked(updateChannel(context, 'user:1', id, { weight: 5 }));
    await locked(updateModel(context, 'user:1', 'gpt-4o-mini', { free: true }));
    await locked(writeSetting(context, root, 'relay.maxAttempts', 2));
    expect((await listSettings(context, 'root')).find((setting) => setting.path === 'relay.maxAttempts')?.owner).toBe(
      'file:tollgate.yaml',
    );
    expect(summary(await applied(context, issueExample, 'other.yaml'))).toEqual([
      'line 2, column 11: channels[0].name: is managed by tollgate.yaml already',
      'line 11, column 11: models[0].name: is managed by tollgate.yaml already',
      'line 14, column 13: groups[0].name: is managed by tollgate.yaml already',
    ]);
    const adopting = issueExample.replace(
      '  - name: main',
      '  - { name: by hand, provider: acme, credentials: [{ apiKey: k }] }\n  - name: main',
    );
    const adopted = await planApply(context, { text: adopting, env, source, seeds });
    expect('plan' in adopted && adopted.plan.steps.find((step) => step.name === 'by hand')).toMatchObject({
      action: 'update',
      changes: [{ path: 'owner', before: undefined, after: 'file:tollgate.yaml' }],
    });
    expect(hand.owner).toBeNull();
  });

  test('keeps credentials that are still there, whatever their order', async () => {
    const context = await testContext(await open());
    const file = (keys: string) => `channels: [{ name: a, provider: acme, credentials: [${keys}] }]`;
    await applied(context, file('{ apiKey: one }, { apiKey: two }'));
    const reordered = await applied(context, file('{ apiKey: two }, { apiKey: one }'));
    expect('plan' in reordered && isNoChange(reordered.plan)).toBe(true);
    await applied(context, file('{ apiKey: three }, { apiKey: two, enabled: false }'));
    const [channel] = await listChannels(context);
    expect(channel?.credentials.map((credential) => [credential.index, credential.enabled])).toEqual([
      [1, false],
      [2, true],
    ]);
    const again = await applied(context, file('{ apiKey: three }, { apiKey: two, enabled: false }'));
    expect('plan' in again && isNoChange(again.plan)).toBe(true);
  });

  test('a file with one mistake changes nothing at all', async () => {
    const context = await testContext(await open());
    const wrong = issueExample.replace('provider: acme ', 'provider: acne ');
    expect(summary(await applied(context, wrong))).toEqual([
      'line 3, column 15: channels[0].provider: there is no provider "acne"; did you mean "acme"?',
    ]);
    expect(await listChannels(context)).toEqual([]);
    expect(await listModels(context)).toEqual([]);
    await createGroup(context, 'file:tollgate.yaml', groupInputSchema.parse({ name: 'vip' }));
  });

  test('a source whose name is too long to keep is refused', async () => {
    const context = await testContext(await open());
    expect(summary(await applied(context, issueExample, 'x'.repeat(391)))[0]).toContain('more than 390 characters');
    expect(summary(await applied(context, issueExample, 'x'.repeat(390)))).toHaveLength(3);
  });

  test('a group that people still use is not removed', async () => {
    const context = await testContext(await open());
    await applied(context, 'groups: [{ name: vip }]');
    await createChannel(
      context,
      'user:1',
      channelInputSchema.parse({ name: 'by hand', provider: 'acme', groups: ['vip'], credentials: [{ apiKey: 'k' }] }),
    );
    expect(summary(await applied(context, 'groups: []'))).toEqual([
      'line 1, column 9: groups: group "vip" cannot be removed: it is in use by "by hand"',
    ]);
    expect((await listGroups(context)).map((group) => group.name)).toEqual(['default', 'vip']);
  });

  test('of secret settings shows that they change, and of others what waits for a restart', async () => {
    const context = await testContext(await open());
    const planted = (fields: string) => applied(context, `settings: { planted: { ${fields} } }`);
    const printed = async (fields: string): Promise<readonly string[]> => {
      const result = await planted(fields);
      return 'plan' in result ? formatPlan(result.plan).split('\n').slice(0, -1) : result.problems.map(formatProblem);
    };
    expect(await printed('rootPassword: "${ACME_KEY}"')).toEqual([
      '+ setting planted.rootPassword',
      '    value: (secret)',
    ]);
    expect(await printed('rootPassword: "${ACME_KEY}"')).toEqual([]);
    expect(await printed('rootPassword: "${OTHER_KEY}", threads: 8')).toEqual([
      '~ setting planted.rootPassword',
      '    value: (secret) -> (secret), changed',
      '+ setting planted.threads (in force after a restart)',
      '    value: 8',
    ]);
    expect((await printed('password: 00123')).join()).toContain(
      'settings.planted.password: Invalid input: expected string',
    );
    expect(await printed('password: "00123"')).toContain('- setting planted.threads (in force after a restart)');
    expect(await readSettings(context)).toMatchObject({
      planted: { password: '00123', rootPassword: '', threads: 4 },
    });
  });
});

describe('a wrong file is told where and why, and never what', () => {
  const problems = (text: string): readonly string[] => {
    const read = readConfigFile({ text, env }, testSettings);
    return 'problems' in read ? read.problems.map(formatProblem) : [];
  };

  test.each([
    ['channels:\n  - name: a\n   provider: x\n', 'line 3, column'],
    ['a: 1\na: 2\n', 'line 2, column 1: this name is there twice'],
    ['chanels: []\n', 'line 1, column 10: chanels: there is no such field; did you mean "channels"?'],
    [
      'channels:\n  - name: a\n    provider: acme\n    baseURL: http://x\n',
      'line 4, column 14: channels[0].baseURL: there is no such field; did you mean "baseUrl"?',
    ],
    ['channels:\n  - name: a\n', 'line 2, column 5: channels[0].provider: is missing'],
    [
      'channels:\n  - name: a\n    provider: acme\n    credentials: [{ apiKey: "${NO_SUCH}" }]\n',
      'line 4, column 29: channels[0].credentials[0].apiKey: the environment variable NO_SUCH is not set',
    ],
    [
      'channels:\n  - { name: a, provider: acme, credentials: [{ apiKey: 12345 }] }\n',
      'channels[0].credentials[0].apiKey: invalid input: expected string',
    ],
    ['channels:\n  - { name: a, provider: acme, models: [ok, { nam: x }] }\n', 'channels[0].models[1]'],
    ['channels:\n  - { name: a, provider: acme, weight: 1.5 }\n', 'channels[0].weight'],
    [
      'models:\n  - name: m\n    price: { input: 0.0000000001 }\n',
      'line 3, column 21: models[0].price.input: must be a decimal amount of USD',
    ],
    ['models:\n  - name: m\n    price: { input: -1 }\n', 'models[0].price.input'],
    ['models:\n  - name: m\n    price: { input: 0x10 }\n', 'models[0].price.input'],
    [
      'models:\n  - name: m\n    price: { input: 1 }\n    free: true\n',
      'line 4, column 11: models[0].free: cannot stand beside a price',
    ],
    [
      'models:\n  - name: m\n    price: { input: 1, tiers: [{ above: 10, input: 2 }, { above: 5, input: 3 }] }\n',
      'models[0].price.tiers[1].above',
    ],
    [
      'models:\n  - name: m\n    price:\n      rates:\n        - { when: { teir: flex }, input: 1 }\n        - { input: 2 }\n',
      'line 5, column 27: models[0].price.rates[0].when.teir: there is no such field; did you mean "tier"?',
    ],
    [
      'models:\n  - name: m\n    price:\n      rates:\n        - { input: 2 }\n        - { when: { tier: flex }, input: 1 }\n',
      'line 6, column 11: models[0].price.rates[1]: is never reached: rates[0] before it has no condition',
    ],
    [
      'models:\n  - name: m\n    price: { rates: [{ when: { tier: flex }, input: 1 }] }\n',
      'line 3, column 21: models[0].price.rates: must end with a default',
    ],
    [
      'models:\n  - name: m\n    price: { rates: [{ when: { tier: Default }, input: 1 }, { input: 2 }] }\n',
      'models[0].price.rates[0].when.tier: must be a service tier in small letters',
    ],
    [
      'models:\n  - name: m\n    price: { expression: p * 2, input: 1 }\n',
      'line 3, column 40: models[0].price.input: cannot stand beside an expression, which says it all',
    ],
    ['groups: [{ name: g, multiplier: 0.0000001 }]\n', 'groups[0].multiplier'],
    ['groups: [{ name: g, __proto__: { x: 1 } }]\n', 'groups[0].(name): there is no such field'],
    ['a: &a [*a]\n', 'refers to nothing, or to itself'],
    ['? [1, 2]\n: x\n', 'put it in quotes'],
    ['- just\n- a list\n', 'line 1, column 1: invalid input: expected object'],
  ])('%j', (text, expected) => {
    expect(problems(text).join('\n')).toContain(expected);
  });

  test.each([
    'channels: [{ credentials: [{ apiKey: "sk-canary" "sk-canary" }] }]',
    'channels:\n  - credentials:\n    - apiKey: sk-canary\n   sk-canary: [\n',
    'channels: [{ name: a, provider: acme, credentials: "sk-canary" }]',
    'channels: [{ name: a, provider: acme, credentials: [{ apiKey: [sk-canary] }] }]',
    'channels: [{ name: a, provider: acme, proxy: "sk-canary" }]',
    'channels: [{ name: a, provider: acme, baseUrl: "http://me:sk-canary@x" }]',
    'channels: [{ name: a, provider: acme, credentials: [{ apiKey: *sk-canary }] }]',
    'channels: [{ name: a, provider: acme, credentials: [{ apiKey: !sk-canary }] }]\n"sk-canary',
    '%sk-canary\n---\na: "sk-canary\\q"',
  ])('no secret of %j is repeated', (text) => {
    expect(problems(text).length).toBeGreaterThan(0);
    expect(problems(text).join('\n')).not.toContain('canary');
  });

  test('a damaged file is read or refused, never thrown about, and no secret leaks', () => {
    const whole = issueExample.replace('"${ACME_KEY}"', 'sk-canary-0123456789');
    const place = fc.nat(whole.length);
    const garbage = fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        ':',
        '- ',
        '&a ',
        '*a',
        '!!x ',
        '|',
        '>',
        '\n',
        '\t',
        '#',
        '%',
        '---\n',
        '? ',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(place, place, garbage, (from, to, inserted) => {
        const text = whole.slice(0, from) + inserted + whole.slice(Math.max(from, to > whole.length / 2 ? from : to));
        const said = problems(text).join('\n');
        expect(said).not.toContain('canary');
      }),
      {
        numRuns: 300,
        examples: [
          [152, 0, '!'],
          [125, 0, '>'],
        ],
      },
    );
  });

  test('problems all come at once', () => {
    expect(
      problems('channels: [{ name: a }]\nmodels: [{ name: m, price: { input: x } }]\ngroups: [{}]\n'),
    ).toHaveLength(3);
  });

  test('a bomb of aliases is refused quickly', () => {
    const layers = Array.from(
      { length: 12 },
      (_, index) => `l${index + 1}: &l${index + 1} [${Array.from({ length: 9 }, () => `*l${index}`).join(', ')}]`,
    );
    expect(problems(`l0: &l0 [x]\n${layers.join('\n')}\n`).join('\n')).toContain('too many entries');
  });
});

describe('variables', () => {
  const key = (text: string) => {
    const read = readConfigFile(
      {
        text: `channels: [{ name: a, provider: acme, credentials: [{ apiKey: ${JSON.stringify(text)} }] }]`,
        env: { A: 'x', EMPTY: '' },
      },
      testSettings,
    );
    return 'file' in read ? read.file.channels?.[0]?.credentials[0]?.['apiKey'] : read.problems[0]?.reason;
  };

  test.each([
    ['${A}', 'x'],
    ['pre-${A}-${A}-post', 'pre-x-x-post'],
    ['${B:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${A:-fallback}', 'x'],
    ['${B:-}', ''],
    ['$${A} costs $5', '${A} costs $5'],
    ['${B}', 'the environment variable B is not set'],
    ['${EMPTY}', 'the environment variable EMPTY is not set'],
    ['${not-a-name}', 'has a "${" that is no variable; write "$${" for the characters themselves'],
  ])('%j', (text, expected) => {
    expect(key(text)).toBe(expected);
  });
});
