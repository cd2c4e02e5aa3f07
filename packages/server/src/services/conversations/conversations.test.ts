import { afterEach, describe, expect, test } from 'bun:test';
import type { SignedReasoning } from '@tollgate/wire/ir/signed-reasoning';
import { eachDatabase } from '../../store/testing/databases.ts';
import type { Database } from '../../store/database.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { openConversations, type Conversations } from './conversations.ts';
import { openKeptValues } from './kept-values.ts';

const account = { channelId: 'ch_1', credential: 1 };
const reasoning: SignedReasoning = {
  parts: [{ type: 'reasoning', text: 'hm', signature: { by: 'gemini', value: 'sig' } }],
  callSignatures: new Map([['call_1', { by: 'gemini', value: 'other' }]]),
  callIds: ['call_1', 'call_2'],
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A seal that anybody can open, but not read by eye. */
const secretBox = {
  seal: (plain: string) => Buffer.from(plain).toString('base64'),
  open: (sealed: string) => Buffer.from(sealed, 'base64').toString(),
};
let now = 1000;
const warnings: string[] = [];
const base = {
  now: () => now,
  promptly: <T>(work: Promise<T>): Promise<T> => work,
  log: { warn: (_: object, message: string) => void warnings.push(message) },
};

const failure = async (work: unknown): Promise<string> => {
  try {
    await work;
    return '';
  } catch (error) {
    return String(error);
  }
};

function open(database: Database): Conversations {
  const one = openConversations({ ...base, database, secretBox, flushMs: 1 });
  cleanups.push(() => one.close());
  return one;
}

eachDatabase('conversations', (fresh) => {
  test('what one process keeps another finds, for the same owner only', async () => {
    const database = await fresh();
    const here = open(database);
    const there = open(database);
    here.rememberAccount('u1', ['resp_1', 'msg_1'], account);
    here.keepItems('u1', new Map([['msg_2', { type: 'message' }]]));
    here.keepReasoning('u1', reasoning);
    // At once in the same process, a moment later in any other.
    expect(await here.find('u1', ['resp_1', 'msg_2'])).toEqual(
      new Map<string, unknown>([
        ['msg_2', { item: { type: 'message' } }],
        ['resp_1', { account }],
      ]) as Awaited<ReturnType<Conversations['find']>>,
    );
    expect((await there.find('u1', ['resp_1', 'msg_1', 'msg_2', 'resp_2'])).size).toBe(3);
    expect(await there.findReasoning('u1', ['call_2', 'call_3'])).toEqual(new Map([['call_2', reasoning]]));
    expect((await there.find('u2', ['resp_1', 'msg_1', 'msg_2'])).size).toBe(0);
    expect((await there.findReasoning('u2', ['call_1'])).size).toBe(0);
    const rows = await database.db.selectFrom('kept_values').select('value').execute();
    expect(rows.some((row) => row.value.includes('message') || row.value.includes('sig'))).toBe(false);

    await here.forget('u1', ['resp_1']);
    expect((await here.find('u1', ['resp_1'])).size).toBe(0);
    expect((await open(database).find('u1', ['resp_1'])).size).toBe(0);
  });
});

describe('kept values', () => {
  async function memory(): Promise<Database> {
    const database = await openInMemory();
    cleanups.push(() => database.close());
    return database;
  }

  test('expire, and the oldest leave memory first but not the database', async () => {
    const values = openKeptValues({ ...base, database: await memory(), maxChars: 1000, flushMs: 1 });
    cleanups.push(() => values.close());
    values.keep('a', 'x'.repeat(400), 50);
    values.keep('b', 'y'.repeat(400), 5000);
    values.keep('c', 'z'.repeat(400), 5000);
    expect(values.find(['c'])).toEqual(new Map([['c', 'z'.repeat(400)]]));
    await Bun.sleep(30);
    const late = values.find(['a', 'b']);
    expect(late).toBeInstanceOf(Promise);
    expect([...(await late).keys()].toSorted()).toEqual(['a', 'b']);
    now += 100;
    expect([...(await values.find(['a', 'b'])).keys()]).toEqual(['b']);
    // That there is none is remembered, so that it is not asked for again and again.
    expect(values.find(['a'])).toEqual(new Map());
  });

  test('a database that is away costs nothing but what outlives the process', async () => {
    const database = await memory();
    let away = true;
    const failing: Database = {
      ...database,
      get db() {
        if (away) throw new Error('away');
        return database.db;
      },
    };
    const values = openKeptValues({ ...base, database: failing, flushMs: 1 });
    cleanups.push(() => values.close());
    values.keep('a', 'kept', 5000);
    await Bun.sleep(20);
    expect(warnings.length).toBeGreaterThan(0);
    expect(values.find(['a'])).toEqual(new Map([['a', 'kept']]));
    expect(await failure(values.find(['b']))).toContain('away');
    away = false;
    await values.close();
    const after = openKeptValues({ ...base, database });
    expect(await after.find(['a'])).toEqual(new Map([['a', 'kept']]));
  });

  test('a database that hangs holds up neither who forgets nor who closes', async () => {
    const never = new Promise<never>(() => undefined);
    const hung: unknown = new Proxy(() => undefined, {
      get: (_, name) => (name === 'execute' ? () => never : hung),
      apply: () => hung,
    });
    const hanging = { ...(await memory()), db: hung } as Database;
    const values = openKeptValues({
      ...base,
      database: hanging,
      flushMs: 1,
      promptly: (work) => Promise.race([work, Bun.sleep(20).then(() => Promise.reject(new Error('slow')))]),
    });
    values.keep('a', 'kept', 5000);
    await Bun.sleep(5);
    expect(await failure(values.forget(['b']))).toContain('slow');
    await values.close();
    expect(values.find(['a'])).toEqual(new Map([['a', 'kept']]));
  });

  test('no more waits for a database than there is room for, and no more is written at once than it takes', async () => {
    const database = await memory();
    let away = true;
    let statements = 0;
    const failing: Database = {
      ...database,
      get db() {
        if (away) throw new Error('away');
        statements++;
        return database.db;
      },
    };
    const values = openKeptValues({ ...base, database: failing, flushMs: 1, maxWaitingChars: 12_000_000 });
    cleanups.push(() => values.close());
    const large = 'x'.repeat(3_000_000);
    for (const id of ['a', 'b', 'c', 'd', 'e']) values.keep(id, large, 5000);
    // No statement could carry it, and nothing behind it would ever be written.
    values.keep('f', 'x'.repeat(5_000_000), 5000);
    values.keep('g', 'small', 5000);
    await Bun.sleep(10);
    away = false;
    await values.close();
    expect(statements).toBe(3);
    const after = openKeptValues({ ...base, database });
    expect([...(await after.find(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).keys()].toSorted()).toEqual([
      'a',
      'b',
      'c',
      'g',
    ]);
  });

  test('calls without reasoning are not looked up', async () => {
    const conversations = open(await memory());
    conversations.keepReasoning('u1', { parts: [], callSignatures: new Map(), callIds: ['call_1', 'call_2'] });
    expect(conversations.findReasoning('u1', ['call_2', 'call_1'])).toEqual(new Map());
    expect(conversations.findReasoning('u2', ['call_1'])).toBeInstanceOf(Promise);
  });

  test('reasoning that cannot be looked up is missed without a word to the client', async () => {
    const database = await memory();
    const conversations = openConversations({
      ...base,
      database,
      secretBox,
      async promptly(work) {
        await work;
        throw new Error('slow');
      },
    });
    expect((await conversations.findReasoning('u1', ['call_1'])).size).toBe(0);
    expect(await failure(conversations.find('u1', ['resp_1']))).toContain('slow');
  });
});
