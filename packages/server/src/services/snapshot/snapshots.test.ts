import { afterAll, describe, expect, test } from 'bun:test';
import { channelInputSchema, groupInputSchema, modelInputSchema } from '@tollgate/contract/api/configuration';
import fc from 'fast-check';
import { Refusal } from '../../domain/refusal.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { openDatabase } from '../../store/database.ts';
import { providerKeyRepository } from '../../store/provider-keys.ts';
import { eachDatabase } from '../../store/testing/databases.ts';
import { createChannel, deleteChannel, updateChannel } from '../configuration/channels.ts';
import type { ConfigurationContext } from '../configuration/context.ts';
import { createGroup, deleteGroup, updateGroup } from '../configuration/groups.ts';
import { createModel, deleteModel, updateModel } from '../configuration/models.ts';
import { writeSetting } from '../configuration/settings.ts';
import { testContext } from '../configuration/testing/configuration.ts';
import { rotateDataKey } from '../secret-box/rotate.ts';
import { openChangeFeed } from './change-feed.ts';
import { openSnapshots } from './snapshots.ts';
import type { Snapshots } from './snapshots.ts';

const opened: Snapshots[] = [];
afterAll(() => {
  for (const snapshots of opened) snapshots.close();
});

const channel = (name: string, fields: Record<string, unknown> = {}) =>
  channelInputSchema.parse({
    name,
    provider: 'acme',
    credentials: [{ apiKey: 'sk-canary-0123456789' }],
    models: ['gpt-x'],
    ...fields,
  });

const snapshotsOn = async (context: ConfigurationContext, now = context.now) => {
  const logged: string[] = [];
  const log = {
    warn: (fields: Readonly<Record<string, unknown>>, message: string) =>
      void logged.push(`${message} ${JSON.stringify(fields)}`),
  };
  const snapshots = await openSnapshots({ ...context, now, log });
  opened.push(snapshots);
  return { snapshots, logged };
};

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await Bun.sleep(5);
};

eachDatabase('snapshots', (open) => {
  test('open seals, follow mappings, and order routes by priority and name', async () => {
    const context = await testContext(await open());
    await createGroup(
      context,
      'cli',
      groupInputSchema.parse({ name: 'vip', multiplier: '0.5', userGroups: { staff: '0' } }),
    );
    await createModel(
      context,
      'cli',
      modelInputSchema.parse({
        name: 'gpt-x',
        price: { input: '1', output: '2' },
        maxOutputTokens: 99,
        operations: ['completions'],
      }),
    );
    await createChannel(context, 'cli', channel('b'));
    await createChannel(
      context,
      'cli',
      channel('a', { models: ['gpt-x', { name: 'fast', upstream: 'mini' }, { name: 'mini', upstream: 'gpt-x' }] }),
    );
    await createChannel(
      context,
      'cli',
      channel('top', {
        priority: 9,
        groups: ['default', 'vip'],
        models: [
          'gpt-x',
          'unpriced',
          { name: 'deployed', upstream: 'prod', baseModel: 'gpt-x', operations: ['chat'] },
          { name: 'vectors', upstream: 'text-embedding-3-small' },
        ],
      }),
    );
    await createChannel(context, 'cli', channel('off', { enabled: false }));
    await createChannel(
      context,
      'cli',
      channel('tired', { credentials: [{ apiKey: 'sk-canary-0123456789', enabled: false }] }),
    );
    const snapshot = (await snapshotsOn(context)).snapshots.current();
    const names = (group: string, model: string) =>
      snapshot.routes
        .get(group)
        ?.get(model)
        ?.map((route) => route.name);
    expect(names('default', 'gpt-x')).toEqual(['top', 'a', 'b']);
    expect(names('vip', 'gpt-x')).toEqual(['top']);
    expect(names('vip', 'fast')).toBeUndefined();
    const [a] = snapshot.routes.get('default')?.get('fast') ?? [];
    expect(a?.models.get('fast')?.upstream).toBe('gpt-x');
    expect(a?.credentials).toEqual([{ index: 0, values: { apiKey: 'sk-canary-0123456789' }, enabled: true }]);
    expect(a?.settings).toEqual({ apiVersion: '2026-01-01' });
    expect(a?.baseUrl).toBe('https://api.acme.example/v1');
    expect(snapshot.groups.get('vip')).toMatchObject({ multiplier: 500_000n });
    expect(snapshot.groups.get('vip')?.userGroupMultipliers.get('staff')).toBe(0n);
    expect(snapshot.models.get('gpt-x')?.price?.rates).toEqual({
      inputText: 1_000_000_000n,
      outputText: 2_000_000_000n,
    });
    // An alias without a price of its own is priced as what it is mapped to.
    expect(snapshot.models.get('fast')).toMatchObject({
      maxOutputTokens: 99,
      price: { version: snapshot.models.get('gpt-x')?.price?.version ?? '' },
    });
    // So is a deployment of which the channel says what model it is.
    expect(snapshot.models.get('deployed')).toMatchObject({
      maxOutputTokens: 99,
      price: { version: snapshot.models.get('gpt-x')?.price?.version ?? '' },
    });
    // What can be asked is said by the model, the channel, or what is known of the name.
    expect(snapshot.models.get('gpt-x')?.operations).toEqual(['completions']);
    expect(snapshot.models.get('fast')?.operations).toEqual(['completions']);
    const top = [...snapshot.channels.values()].find(({ name }) => name === 'top');
    expect(top?.models.get('deployed')).toMatchObject({ upstream: 'prod', baseModel: 'gpt-x', operations: ['chat'] });
    expect(top?.models.get('vectors')).toMatchObject({ operations: undefined, traits: { operations: ['embeddings'] } });
    expect(snapshot.models.get('unpriced')).toMatchObject({ price: undefined, ownedBy: 'acme' });
    expect(Object.isFrozen(snapshot)).toBe(true);
    expect(Object.isFrozen(snapshot.settings.relay)).toBe(true);
  });

  test('show a change of another process soon after, and tell of every topic', async () => {
    const database = await open();
    const context = await testContext(database);
    const { snapshots } = await snapshotsOn(context);
    const heard: string[] = [];
    snapshots.onChange((topic, ref) =>
      heard.push(topic === 'key' ? ref : `${ref} ${snapshots.current().settings.relay.maxAttempts}`),
    );
    snapshots.start(10);
    const elsewhere = await openDatabase(database.url, { poolSize: 1 });
    try {
      await writeSetting(
        { ...context, database: elsewhere },
        { actor: 'user:1', audience: 'root' },
        'relay.maxAttempts',
        9,
      );
      await changeRepository.append(elsewhere.db, 'key', 'k1', 1);
      await until(() => heard.length === 2);
      expect(heard.toSorted()).toEqual(['k1', 'relay.maxAttempts 9']);
      expect(snapshots.current().settings.relay.maxAttempts).toBe(9);
    } finally {
      await elsewhere.close();
      snapshots.close();
    }
  });

  test('refresh reads what was just written, and stays the same object when nothing was', async () => {
    const context = await testContext(await open());
    const { snapshots } = await snapshotsOn(context);
    const { id } = await createChannel(context, 'cli', channel('a'));
    await Promise.all([snapshots.refresh(), snapshots.refresh()]);
    expect(snapshots.current().channels.get(id)?.name).toBe('a');
    const before = snapshots.current();
    await snapshots.refresh();
    expect(snapshots.current()).toBe(before);
    await updateChannel(context, 'cli', id, { enabled: false });
    await snapshots.refresh();
    expect(snapshots.current().routes.get('default')?.get('gpt-x')).toBeUndefined();
  });

  test('leave out a broken channel or credential, keep the rest, and log no secret', async () => {
    const context = await testContext(await open());
    const good = await createChannel(
      context,
      'cli',
      channel('good', { credentials: [{ apiKey: 'sk-canary-0123456789' }, { apiKey: 'sk-canary-9876543210' }] }),
    );
    const bad = await createChannel(context, 'cli', channel('bad'));
    const { db } = context.database;
    await channelRepository.resealWiring(db, bad.id, 'v1.dk_first.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    const [first] = (await channelRepository.find(db, good.id))?.credentials ?? [];
    if (first === undefined) throw new Error('no credential');
    const misplaced = context.secretBox.seal(JSON.stringify({ apiKey: 'sk-canary' }), 'credential:another');
    await channelRepository.updateCredential(db, { ...first, sealed: misplaced });
    const { snapshots, logged } = await snapshotsOn(context);
    expect(
      [...snapshots.current().channels.values()].map((entry) => [
        entry.name,
        entry.credentials.map((credential) => credential.index),
      ]),
    ).toEqual([['good', [1]]]);
    expect(logged).toHaveLength(2);
    expect(logged.join('\n')).toContain('does not open');
    expect(logged.join('\n')).not.toContain('canary');
  });

  test('go on barring the house from the models of a key in its place whose provider is gone', async () => {
    const context = await testContext(await open());
    const key = {
      name: 'Own',
      settings: {},
      sealed: '',
      hints: {},
      enabled: true,
      createdAt: 1,
      updatedAt: 1,
    } as const;
    const none = { stopped: undefined, disabled: undefined };
    const owner = { kind: 'person', id: 'usr_1' } as const;
    const models = [{ name: 'rare', upstream: 'rare' }];
    const { db } = context.database;
    for (const [id, placement] of [
      ['pk_only', 'only'],
      ['pk_before', 'before'],
    ] as const)
      await providerKeyRepository.insert(db, {
        ...key,
        ...none,
        id,
        name: id,
        owner,
        models,
        placement,
        provider: 'gone',
      });
    const { snapshots, logged } = await snapshotsOn(context);
    const { byId, byOwner } = snapshots.current().providerKeys;
    expect([...byId.values()].map((one) => [one.id, one.enabled, one.credentials])).toEqual([['pk_only', false, []]]);
    const own = byOwner.get('usr_1');
    expect([own?.only, own?.before.size, own?.after.size]).toEqual([new Set(['rare']), 0, 0]);
    expect(logged.filter((line) => line.includes('its provider is unknown')).length).toBe(2);
  });

  test.each([
    ['bars the house where another provider can stand in', 'acme', [['pk_odd', false]]],
    ['is left out where none can', 'acme local', []],
  ] as const)('open although a key in place of the house cannot be read: it %s', async (_, broken, kept) => {
    const test = await testContext(await open());
    const fail = () => {
      throw new Error('no such name');
    };
    const odd = { match: Object.assign(/^rare$/, { [Symbol.replace]: fail }), to: '' };
    const providers = new Map(
      [...test.providers].map(([id, one]) => [id, broken.includes(id) ? { ...one, modelNames: [odd] } : one]),
    );
    const context = { ...test, providers };
    await createChannel(test, 'cli', channel('a'));
    await providerKeyRepository.insert(context.database.db, {
      id: 'pk_odd',
      name: 'Own',
      owner: { kind: 'person', id: 'usr_1' },
      provider: 'acme',
      settings: {},
      models: [{ name: 'rare', upstream: 'rare' }],
      placement: 'only',
      sealed: '',
      hints: {},
      enabled: true,
      stopped: undefined,
      disabled: undefined,
      createdAt: 1,
      updatedAt: 1,
    });
    const { snapshots, logged } = await snapshotsOn(context);
    const { providerKeys, channels } = snapshots.current();
    expect([...providerKeys.byId.values()].map((one) => [one.id, one.enabled])).toEqual(kept.map((one) => [...one]));
    expect(providerKeys.byOwner.get('usr_1')?.only.has('rare') ?? false).toBe(kept.length > 0);
    expect([...channels.values()].map(({ name }) => name)).toEqual(['a']);
    expect(logged.filter((line) => line.includes('it cannot be read')).length).toBe(2 - kept.length);
  });

  test('follow a rotation of the data key', async () => {
    const database = await open();
    const context = await testContext(database);
    const { id } = await createChannel(context, 'cli', channel('a', { proxy: 'http://p.example:8080' }));
    const { snapshots } = await snapshotsOn(context);
    const sealedBefore = (await channelRepository.find(database.db, id))?.credentials[0]?.sealed;
    const { resealed } = await rotateDataKey({ ...context, actor: 'cli' });
    expect(resealed).toBe(2);
    expect((await channelRepository.find(database.db, id))?.credentials[0]?.sealed).not.toBe(sealedBefore);
    await snapshots.refresh();
    expect(snapshots.current().channels.get(id)).toMatchObject({
      proxy: 'http://p.example:8080',
      credentials: [{ values: { apiKey: 'sk-canary-0123456789' } }],
    });
  });

  test('stay in force while the database is gone', async () => {
    const database = await open();
    const context = await testContext(database);
    await createChannel(context, 'cli', channel('a'));
    const { snapshots, logged } = await snapshotsOn(context);
    const before = snapshots.current();
    await database.close();
    snapshots.start(5);
    await until(() => logged.length > 1);
    expect(snapshots.current()).toBe(before);
    expect(logged[0]).toContain('the last one stays in force');
    snapshots.close();
  });
});

/** What an administrator, a file or another process may do, at random; much of it will be refused. */
const someEdit = (() => {
  const name = fc.constantFrom('a', 'b');
  const model = fc.constantFrom('m0', 'm1', 'm2');
  const group = fc.constantFrom('default', 'vip', 'staff');
  const fields = fc.record(
    {
      models: fc.uniqueArray(
        fc.record(
          { name: model, upstream: fc.oneof(model, fc.constant('deployment')), baseModel: model },
          { requiredKeys: ['name', 'upstream'] },
        ),
        { selector: (entry) => entry.name },
      ),
      groups: fc.subarray(['default', 'vip', 'staff'], { minLength: 1 }),
      priority: fc.nat(2),
      enabled: fc.boolean(),
      provider: fc.constantFrom('acme', 'local'),
    },
    { requiredKeys: [] },
  );
  const amount = fc.constantFrom('1', '2');
  type Do = (context: ConfigurationContext) => Promise<unknown>;
  const channelNamed = async (context: ConfigurationContext, wanted: string): Promise<string> =>
    (await channelRepository.findByName(context.database.db, wanted))?.id ?? 'none';
  return fc.oneof(
    fc.tuple(name, fields).map(
      ([wanted, rest]): Do =>
        async (context) =>
          await createChannel(context, 'cli', channel(wanted, { baseUrl: 'http://a.example', ...rest })),
    ),
    fc.tuple(name, fields).map(
      ([wanted, rest]): Do =>
        async (context) =>
          await updateChannel(context, 'cli', await channelNamed(context, wanted), rest),
    ),
    fc.tuple(name, name).map(
      ([wanted, renamed]): Do =>
        async (context) =>
          await updateChannel(context, 'cli', await channelNamed(context, wanted), { name: renamed }),
    ),
    name.map((wanted): Do => async (context) => {
      await deleteChannel(context, 'cli', await channelNamed(context, wanted));
    }),
    fc.tuple(model, fc.option(amount)).map(
      ([wanted, input]): Do =>
        async (context) =>
          await createModel(
            context,
            'cli',
            modelInputSchema.parse({ name: wanted, price: input === null ? null : { input } }),
          ),
    ),
    fc.tuple(model, fc.option(amount)).map(
      ([wanted, input]): Do =>
        async (context) =>
          await updateModel(context, 'cli', wanted, { price: input === null ? null : { input } }),
    ),
    model.map((wanted): Do => async (context) => {
      await deleteModel(context, 'cli', wanted);
    }),
    group.map(
      (wanted): Do =>
        async (context) =>
          await createGroup(context, 'cli', groupInputSchema.parse({ name: wanted })),
    ),
    fc.tuple(group, amount).map(
      ([wanted, multiplier]): Do =>
        async (context) =>
          await updateGroup(context, 'cli', wanted, { multiplier }),
    ),
    group.map((wanted): Do => async (context) => {
      await deleteGroup(context, 'cli', wanted);
    }),
    fc.nat(4).map(
      (value): Do =>
        async (context) =>
          await writeSetting(
            context,
            { actor: 'cli', audience: 'root' },
            'relay.maxAttempts',
            value === 0 ? null : value,
          ),
    ),
    fc.constant<Do>(async (context) => await rotateDataKey({ ...context, actor: 'cli' })),
    // As the seeds of a newer version do.
    fc.constant<Do>(async (context) => await changeRepository.append(context.database.db, 'model', '*', 1)),
  );
})();

eachDatabase('a snapshot that followed changes', (open, kind) => {
  test('law: is the snapshot that is loaded anew', async () => {
    const context = await testContext(await open());
    const { snapshots } = await snapshotsOn(context);
    await fc.assert(
      fc.asyncProperty(fc.array(someEdit, { minLength: 1, maxLength: 3 }), async (edits) => {
        for (const edit of edits)
          await edit(context).catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
          });
        await snapshots.refresh();
        const { snapshots: anew } = await snapshotsOn(context);
        const { version: _, ...expected } = anew.current();
        anew.close();
        expect(snapshots.current()).toMatchObject(expected);
        expect({ ...snapshots.current(), version: 0 }).toEqual({ ...expected, version: 0 });
      }),
      // The law is the same on each; what differs is how they are read.
      { numRuns: kind === 'sqlite' ? 150 : 15 },
    );
  });

  test('has read and opened what changed, and shares the rest', async () => {
    const context = await testContext(await open());
    for (const name of ['a', 'b', 'c']) await createChannel(context, 'cli', channel(name));
    let opens = 0;
    const counting = {
      ...context,
      secretBox: {
        ...context.secretBox,
        open: (sealed: string, place: string) => {
          opens += 1;
          return context.secretBox.open(sealed, place);
        },
      },
    };
    const { snapshots } = await snapshotsOn(counting);
    const before = snapshots.current();
    expect(opens).toBe(6);
    opens = 0;
    const [first] = before.channels.keys();
    await updateChannel(context, 'cli', first ?? '', { weight: 7 });
    await snapshots.refresh();
    const after = snapshots.current();
    // Its wiring and its credential.
    expect(opens).toBe(2);
    expect(after.channels.get(first ?? '')?.weight).toBe(7);
    for (const [id, was] of before.channels) if (id !== first) expect(after.channels.get(id)).toBe(was);
    expect(after.settings).toBe(before.settings);
    expect(after.groups).toBe(before.groups);
    opens = 0;
    await createModel(context, 'cli', modelInputSchema.parse({ name: 'gpt-x', free: true }));
    await writeSetting(context, { actor: 'cli', audience: 'root' }, 'relay.maxAttempts', 9);
    await snapshots.refresh();
    expect(opens).toBe(0);
    expect(snapshots.current().channels).toBe(after.channels);
    expect(snapshots.current().routes).toBe(after.routes);
  });

  test('reads all of it where lines of the feed may be gone', async () => {
    let time = 1_790_000_000_000;
    const context = await testContext(await open());
    const { snapshots } = await snapshotsOn(context, () => time);
    const heard: string[] = [];
    snapshots.onChange((topic, ref) => void heard.push(`${topic} ${ref}`));
    const { id } = await createChannel(context, 'cli', channel('a'));
    await context.database.db.deleteFrom('changes').execute();
    await snapshots.refresh();
    expect(snapshots.current().channels.has(id)).toBe(false);
    time += 13 * 3_600_000;
    await snapshots.refresh();
    expect(snapshots.current().channels.has(id)).toBe(true);
    expect(heard).toEqual(['* *']);
  });

  test('is whole again after a database that could not be read', async () => {
    const context = await testContext(await open());
    const { snapshots } = await snapshotsOn({
      ...context,
      secretBox: { ...context.secretBox, knows: (sealed) => !unreadable && context.secretBox.knows(sealed), reload },
    });
    let unreadable = false;
    function reload(): Promise<void> {
      return unreadable ? Promise.reject(new Error('gone')) : context.secretBox.reload();
    }
    const { id } = await createChannel(context, 'cli', channel('a'));
    const before = snapshots.current();
    unreadable = true;
    const outcome = await snapshots.refresh().then(
      () => 'read',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    expect(outcome).toBe('gone');
    expect(snapshots.current()).toBe(before);
    unreadable = false;
    await snapshots.refresh();
    expect(snapshots.current().channels.get(id)?.name).toBe('a');
  });
});

describe('change feed', () => {
  eachDatabase('keeps its promise', (open, kind) => {
    test('hands each line out once, and late ones too', async () => {
      const database = await open();
      const { db } = database;
      let time = 0;
      await changeRepository.append(db, 'old', '0', 0);
      const feed = await openChangeFeed(database, () => time);
      expect(await feed.poll()).toEqual([]);
      await changeRepository.append(db, 'key', '1', 0);
      expect((await feed.poll()).map((change) => change.ref)).toEqual(['1']);
      if (kind === 'sqlite') return;
      // Two transactions: the one that took the lower number commits last.
      const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
      const { promise: inserted, resolve: wasInserted } = Promise.withResolvers<void>();
      const slow = database.transact(async (db) => {
        await changeRepository.append(db, 'key', 'slow', 0);
        wasInserted();
        await mayCommit;
      });
      await inserted;
      await changeRepository.append(db, 'key', 'fast', 0);
      expect((await feed.poll()).map((change) => change.ref)).toEqual(['fast']);
      expect(await feed.poll()).toEqual([]);
      time = 30_000;
      commit();
      await slow;
      expect((await feed.poll()).map((change) => change.ref)).toEqual(['slow']);
      expect(await feed.poll()).toEqual([]);
    });

    test('gives a gap up after a minute', async () => {
      const database = await open();
      let time = 0;
      const feed = await openChangeFeed(database, () => time);
      await database
        .transact(async (db) => {
          await changeRepository.append(db, 'key', 'rolled back', 0);
          throw new Error('no');
        })
        .catch(() => undefined);
      await changeRepository.append(database.db, 'key', 'a', 0);
      expect((await feed.poll()).map((change) => change.ref)).toEqual(['a']);
      time = 61_000;
      expect(await feed.poll()).toEqual([]);
      await changeRepository.append(database.db, 'key', 'b', 0);
      expect((await feed.poll()).map((change) => change.ref)).toEqual(['b']);
    });
  });
});
