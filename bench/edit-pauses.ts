/**
 * How long an edit of the configuration stops every stream of its process: the longest time between two turns of the
 * event loop while the edit is written and put into force, with many channels and keys. No sockets; SQLite, whose queries
 * run in the process itself and so are the worst case. `bun bench/edit-pauses.ts --channels 5000 --keys 20000`
 */
import { defaultsOf } from '@tollgate/contract/entities/field';
import { groupFields } from '@tollgate/contract/entities/group';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dlopen } from 'bun:ffi';
import { channelFields } from '@tollgate/contract/entities/channel';
import { keyFields } from '@tollgate/contract/entities/key';
import type { Channel } from '@tollgate/server/domain/snapshot';
import { providers } from '@tollgate/server/providers/index';
import { createKeyCache } from '@tollgate/server/services/accounts/key-cache';
import { hashSecret, newSecretText } from '@tollgate/server/services/accounts/secret-text';
import { sealCredential, sealWiring } from '@tollgate/server/services/configuration/validated-channel';
import { createChannel, deleteChannel, updateChannel } from '@tollgate/server/services/configuration/channels';
import type { ConfigurationContext } from '@tollgate/server/services/configuration/context';
import { createGroup, deleteGroup, updateGroup } from '@tollgate/server/services/configuration/groups';
import { updateModel } from '@tollgate/server/services/configuration/models';
import { seedPrices } from '@tollgate/server/services/configuration/seeds';
import { writeSetting } from '@tollgate/server/services/configuration/settings';
import { openSecretBox } from '@tollgate/server/services/secret-box/secret-box';
import { openSnapshots } from '@tollgate/server/services/snapshot/snapshots';
import { apiKeyRepository } from '@tollgate/server/store/api-keys';
import { changeRepository } from '@tollgate/server/store/configuration/changes';
import { channelRepository } from '@tollgate/server/store/configuration/channels';
import { groupRepository } from '@tollgate/server/store/configuration/groups';
import { openDatabase } from '@tollgate/server/store/database';
import { migrate } from '@tollgate/server/store/migrations/index';
import { nextTurn } from '@tollgate/server/store/pages';
import { userRepository } from '@tollgate/server/store/users';
import { settingsTree } from '@tollgate/contract/settings';
import { channelInputSchema, groupInputSchema } from '@tollgate/contract/api/configuration';
import { median } from './report.ts';

const groupNames = ['default', ...Array.from({ length: 9 }, (_, index) => `group-${index}`)];
const modelsEach = 20;
const rates = Array.from({ length: 400 }, (_, index) => `model-${index}`);
const actor = 'user:bench';

type Longest = { readonly wallMs: number; readonly cpuMs: number };

/**
 * CPU time of this thread alone, in milliseconds: what a turn of the loop takes by itself, however busy the machine is
 * with other things. Undefined where the C library is not the usual one.
 */
function threadClock(): (() => number) | undefined {
  const threadCpuTime = 3;
  try {
    const libc = dlopen('libc.so.6', { clock_gettime: { args: ['i32', 'ptr'], returns: 'i32' } });
    const time = new BigInt64Array(2);
    return () => {
      libc.symbols.clock_gettime(threadCpuTime, time);
      return Number(time[0] ?? 0n) * 1e3 + Number(time[1] ?? 0n) / 1e6;
    };
  } catch {
    return undefined;
  }
}

type Pauses = {
  /** The longest turn while nothing was collected: what the work itself takes. */
  readonly own: Longest;
  /** The longest turn while the collector of the runtime was at work, whoever left the garbage. */
  readonly collecting: Longest;
};

const none: Longest = { wallMs: 0, cpuMs: 0 };
const longer = (a: Longest, b: Longest): Longest => ({
  wallMs: Math.max(a.wallMs, b.wallMs),
  cpuMs: Math.max(a.cpuMs, b.cpuMs),
});

/** A few turns after each other; `witness` lives until a collection that began after it is over. */
type Stretch = { longest: Longest; isCollecting: boolean; readonly begunMs: number; readonly witness: WeakRef<object> };

const stretchMs = 0.25;
/** A collection goes on beside the program; of one that takes longer than this many, the first part counts as the program's own. */
const stretchesWatched = 4000;

/** Watches the event loop from one call to the next. */
function watchLoop(): { take(): Pauses; stop(): void } {
  const cpu = threadClock() ?? (() => performance.now());
  const begin = (): Stretch => ({
    longest: none,
    isCollecting: false,
    begunMs: performance.now(),
    witness: new WeakRef({}),
  });
  let found: Pauses = { own: none, collecting: none };
  let stretches: Stretch[] = [];
  let stretch = begin();
  let last: Longest = { wallMs: performance.now(), cpuMs: cpu() };
  let running = true;
  const settle = ({ isCollecting, longest }: Stretch): void => {
    if (isCollecting) found = { ...found, collecting: longer(found.collecting, longest) };
    else found = { ...found, own: longer(found.own, longest) };
  };
  /** A collection that is over began after the last witness that is gone. */
  const closeStretch = (): void => {
    stretches.push(stretch);
    stretch = begin();
    const isGone = (one: Stretch): boolean => one.witness.deref() === undefined;
    const [oldest] = stretches;
    if (oldest !== undefined && isGone(oldest)) {
      const began = stretches.findLastIndex(isGone);
      stretches.slice(0, began).forEach(settle);
      stretches = stretches.slice(began);
      for (const one of stretches) one.isCollecting = true;
      // They are told apart: the next collection is seen by witnesses that come after.
      stretches.forEach(settle);
      stretches = [];
    }
    if (stretches.length > stretchesWatched) {
      stretches.slice(0, stretchesWatched / 2).forEach(settle);
      stretches = stretches.slice(stretchesWatched / 2);
    }
  };
  const look = (): void => {
    const now = { wallMs: performance.now(), cpuMs: cpu() };
    stretch.longest = longer(stretch.longest, { wallMs: now.wallMs - last.wallMs, cpuMs: now.cpuMs - last.cpuMs });
    last = now;
    if (now.wallMs - stretch.begunMs > stretchMs) closeStretch();
  };
  const turn = (): void => {
    look();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    take: () => {
      look();
      closeStretch();
      stretches.forEach(settle);
      stretches = [];
      const pauses = found;
      found = { own: none, collecting: none };
      return pauses;
    },
    stop: () => {
      running = false;
    },
  };
}

/** Channels with a credential each, of which every one serves models that hundreds of others serve too. */
async function fillChannels(context: ConfigurationContext, count: number): Promise<void> {
  const { db } = context.database;
  for (const name of groupNames.slice(1))
    await groupRepository.insert(db, {
      name,
      multiplier: 1_000_000n,
      userGroups: new Map(),
      ...defaultsOf(groupFields),
      owner: undefined,
      createdAt: 1,
      updatedAt: 1,
    });
  await context.database.transact(async (db) => {
    for (let index = 0; index < count; index++) {
      const id = `ch_${context.newId()}`;
      const models = Array.from(
        { length: modelsEach },
        (_, model) => rates[(index * 7 + model * 13) % rates.length] ?? '',
      );
      const wiring = {
        overrides: { headers: { set: {}, remove: [], pass: [] }, body: { set: {}, remove: [], operations: [] } },
        proxy: undefined,
      };
      await channelRepository.insert(db, {
        ...defaultsOf(channelFields),
        id,
        name: `channel-${index}`,
        provider: 'openai',
        baseUrl: undefined,
        models: models.map((name, at) => ({ name, upstream: at % 4 === 0 ? 'gpt-4o-mini' : name })),
        groups: ['default', groupNames[index % groupNames.length] ?? 'default'],
        priority: index % 5,
        sealedWiring: sealWiring(context.secretBox, id, wiring),
        disabled: undefined,
        owner: undefined,
        createdAt: 1,
        updatedAt: 1,
      });
      const credential = `cred_${context.newId()}`;
      await channelRepository.addCredential(db, {
        id: credential,
        channelId: id,
        sealed: sealCredential(context.secretBox, credential, { apiKey: `sk-bench-${index}-0123456789abcdef` }),
        hints: { apiKey: '…cdef' },
        enabled: true,
        disabled: undefined,
        createdAt: 1,
      });
    }
  });
}

/** Keys of many users; returns their texts. */
async function fillKeys(context: ConfigurationContext, count: number): Promise<readonly string[]> {
  const texts: string[] = [];
  await context.database.transact(async (db) => {
    for (let index = 0; index < count; index++) {
      if (index % 100 === 0)
        await userRepository.insert(db, { id: `usr_${index / 100}`, role: 'user', group: 'default', at: 1 });
      const text = newSecretText('sk-', (bytes) => void crypto.getRandomValues(bytes));
      texts.push(text);
      await apiKeyRepository.insert(
        db,
        {
          id: `key_${index}`,
          userId: `usr_${Math.floor(index / 100)}`,
          teamId: null,
          name: 'bench',
          prefix: 'sk-',
          lastFour: 'abcd',
          limitNanos: null,
          groupGranted: false,
          ...defaultsOf(keyFields),
          createdAt: 1,
        },
        hashSecret(text),
      );
    }
  });
  return texts;
}

const garbage = JSON.stringify(
  Array.from({ length: 2000 }, (_, at) => ({ name: `model-${at}`, upstream: 'gpt-4o-mini' })),
);

/**
 * The control: about as many objects as an edit leaves behind, in slices far shorter than a millisecond. What stops the loop here is
 * the collector of the runtime.
 */
async function leaveGarbage(): Promise<void> {
  for (let slice = 0; slice < 40; slice++) {
    JSON.parse(garbage);
    await nextTurn();
  }
}

/** The edits an administrator makes, each as the admin API does it. */
function editsOf(context: ConfigurationContext, channels: readonly Channel[]) {
  const { db } = context.database;
  const pick = (round: number): string => channels[(round * 997) % channels.length]?.id ?? '';
  const extra = (round: number) =>
    channelInputSchema.parse({
      name: `extra-${round}`,
      provider: 'openai',
      credentials: [{ apiKey: 'sk-bench-extra-0123456789' }],
      models: rates.slice(0, 30),
    });
  let created = '';
  return {
    'nothing (the loop alone)': () => Promise.resolve(),
    'nothing but garbage': leaveGarbage,
    'channel: weight': (round: number) => updateChannel(context, actor, pick(round), { weight: 2 + round }),
    'channel: disable': (round: number) => updateChannel(context, actor, pick(round), { enabled: round % 2 === 1 }),
    'channel: priority and models': (round: number) =>
      updateChannel(context, actor, pick(round), { priority: 9, models: rates.slice(round, round + 40) }),
    'channel: create': async (round: number) => {
      created = (await createChannel(context, actor, extra(round))).id;
    },
    'channel: delete': () => deleteChannel(context, actor, created),
    'model: price': (round: number) =>
      updateModel(context, actor, 'gpt-4o-mini', { price: { input: `0.${1000 + round}`, output: '1' } }),
    'group: multiplier': (round: number) => updateGroup(context, actor, 'group-1', { multiplier: `1.${100 + round}` }),
    'group: create': (round: number) => createGroup(context, actor, groupInputSchema.parse({ name: `new-${round}` })),
    'group: delete': (round: number) => deleteGroup(context, actor, `new-${round}`),
    setting: (round: number) =>
      writeSetting(context, { actor, audience: 'root' }, 'relay.maxAttempts', 1 + (round % 9)),
    key: (round: number) => changeRepository.append(db, 'key', `key_${round}`, 1),
    user: (round: number) => changeRepository.append(db, 'user', `usr_${round}`, 1),
    'all channels (feed missed)': () => changeRepository.append(db, 'channel', '*', 1),
  } satisfies Record<string, (round: number) => Promise<unknown>>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      channels: { type: 'string', default: '5000' },
      keys: { type: 'string', default: '20000' },
      rounds: { type: 'string', default: '15' },
    },
  });
  const [channelCount, keyCount, rounds] = [Number(values.channels), Number(values.keys), Number(values.rounds)];
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-edits-'));
  const database = await openDatabase(`sqlite:${join(folder, 'bench.db')}`);
  try {
    await migrate(database);
    let id = 0;
    const now = (): number => Date.now();
    const newId = (): string => (++id).toString().padStart(8, '0');
    const secretBox = await openSecretBox({ database, secret: undefined, dataDir: folder, now });
    const context: ConfigurationContext = {
      database,
      secretBox,
      settings: settingsTree,
      providers: new Map(providers.map((provider) => [provider.id, provider])),
      now,
      newId,
    };
    await seedPrices(context);
    await fillChannels(context, channelCount);
    const texts = await fillKeys(context, keyCount);
    const loop = watchLoop();
    await Bun.sleep(50);
    loop.take();
    const started = performance.now();
    const snapshots = await openSnapshots({ ...context, log: { warn: () => undefined } });
    const startMs = performance.now() - started;
    const startPause = loop.take();
    const keys = createKeyCache({
      load: (hash) => apiKeyRepository.findRecord(database.db, hash),
      now,
      onChange: (listen) => void snapshots.onChange(listen),
    });
    for (const text of texts) await keys.find(text);
    const edits = editsOf(context, [...snapshots.current().channels.values()]);
    const found = new Map<string, Pauses[]>(Object.keys(edits).map((name) => [name, []]));
    // The first round warms the compiler up and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, edit] of Object.entries(edits)) {
        await Bun.sleep(20);
        loop.take();
        await edit(round);
        await snapshots.refresh();
        // A collection that has begun comes to its end, by which it is known.
        await Bun.sleep(50);
        if (round > 0) found.get(name)?.push(loop.take());
      }
    }
    loop.stop();
    snapshots.close();
    const row = (edit: string, all: readonly Pauses[]): string => {
      const own = all.map((one) => one.own);
      const [wall, cpu] = [own.map((one) => one.wallMs), own.map((one) => one.cpuMs)];
      const collecting = all.map((one) => one.collecting).filter((one) => one !== none);
      const cells = [
        ...[median(cpu) ?? 0, Math.max(...cpu), median(wall) ?? 0, Math.max(...wall)].map((ms) => ms.toFixed(1)),
        collecting.length === 0 ? '' : Math.max(...collecting.map((one) => one.cpuMs)).toFixed(1),
        `${collecting.length} of ${all.length}`,
      ];
      return `| ${edit} | ${cells.join(' | ')} |`;
    };
    process.stdout.write(
      [
        `${channelCount} channels of ${modelsEach} models, ${keyCount} keys, ${rounds} rounds, Bun ${Bun.version}`,
        `load at start: ${startMs.toFixed(0)} ms in all`,
        '',
        '| longest turn of the event loop, ms | CPU, median | CPU, worst | clock, median | clock, worst | collector, worst | in rounds |',
        '|---|---:|---:|---:|---:|---:|---:|',
        row('load at start', [startPause]),
        ...[...found].map(([edit, all]) => row(edit, all)),
        '',
      ].join('\n'),
    );
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
