import { expect, test } from 'bun:test';
import { sql } from 'kysely';
import { apiKeyRepository } from './api-keys.ts';
import { isUniqueViolation, openDatabase } from './database.ts';
import { migrate, migrations } from './migrations/index.ts';
import { createIndex } from './migrations/migration.ts';
import type { Migration } from './migrations/migration.ts';
import { eachDatabase } from './testing/databases.ts';

const probe: Migration = {
  name: '9000-probe',
  up: async (context) => {
    const { db, types } = context;
    await db.schema
      .createTable('probe')
      .ifNotExists()
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('amount_nanos', types.money, (column) => column.notNull())
      .addColumn('tokens', types.bigint, (column) => column.notNull())
      .addColumn('label', types.text(100), (column) => column.notNull())
      .execute();
    await createIndex(context, { name: 'probe_label', table: 'probe', columns: ['label', 'id'] });
  },
};

eachDatabase('database', (open, kind) => {
  test('maps money to bigint and every other number to number, sums included', async () => {
    const database = await open({ migrate: false });
    await migrate(database, [probe]);
    const big = 9_007_199_254_740_993n;
    await sql`insert into probe (id, amount_nanos, tokens, label) values ('a', ${big}, 5, 'x'), ('b', ${-1n}, 7, 'X')`.execute(
      database.db,
    );
    const rows = await sql`select * from probe order by id`.execute(database.db);
    expect(rows.rows).toEqual([
      { id: 'a', amount_nanos: big, tokens: 5, label: 'x' },
      { id: 'b', amount_nanos: -1n, tokens: 7, label: 'X' },
    ]);
    const sums =
      await sql`select sum(amount_nanos) as total_nanos, sum(tokens) as tokens, count(*) as n from probe`.execute(
        database.db,
      );
    expect(sums.rows).toEqual([{ total_nanos: big - 1n, tokens: 12, n: 2 }]);
    const none = await sql`select sum(amount_nanos) as total_nanos from probe where id = 'zzz'`.execute(database.db);
    expect(none.rows).toEqual([{ total_nanos: null }]);
    const cased = await sql`select id from probe where label = 'X'`.execute(database.db);
    expect(cased.rows).toEqual([{ id: 'b' }]);
  });

  test('migrates once when several processes start together, and again finds nothing to do', async () => {
    const first = await open({ migrate: false });
    const second = await openDatabase(first.url, { poolSize: 2 });
    const third = await openDatabase(first.url, { poolSize: 2 });
    const steps = [...migrations, probe];
    const ran = await Promise.all([migrate(first, steps), migrate(second, steps), migrate(third, steps)]);
    expect(ran.map((names) => names.length).toSorted((a, b) => a - b)).toEqual([0, 0, steps.length]);
    expect(await migrate(first, steps)).toEqual([]);
    await second.close();
    await third.close();
  });

  test('a key made before keys could be strict is not, and half a step runs again where nothing undoes it', async () => {
    const database = await open({ migrate: false });
    await migrate(database, migrations.slice(0, 3));
    await sql`insert into api_keys (id, user_id, name, hash, prefix, last_four, enabled, created_at, updated_at)
      values ('key_1', 'usr_1', 'old', 'hash', 'sk-', 'abcd', 1, 1, 1)`.execute(database.db);
    expect(await migrate(database)).toContain('0005-strict-keys');
    if (kind === 'mysql') {
      await sql`delete from tollgate_migrations where name = '0005-strict-keys'`.execute(database.db);
      expect(await migrate(database)).toEqual(['0005-strict-keys']);
    }
    expect((await apiKeyRepository.find(database.db, 'key_1'))?.strictConversion).toBe(false);
  });

  test('keys of before nobody wrote down who gave them their group go on, and those in their owner’s leave with them', async () => {
    const database = await open({ migrate: false });
    const at = migrations.findIndex(({ name }) => name === '0021-granted-groups');
    await migrate(database, migrations.slice(0, at));
    await sql`insert into users (id, role, user_group, enabled, created_at, updated_at)
      values ('usr_1', 'user', 'vip', 1, 1, 1)`.execute(database.db);
    for (const [id, group] of [
      ['key_none', null],
      ['key_own', 'vip'],
      ['key_other', 'partners'],
    ])
      await sql`insert into api_keys (id, user_id, name, hash, prefix, last_four, enabled, key_group, created_at, updated_at)
        values (${id}, 'usr_1', 'old', ${id}, 'sk-', 'abcd', 1, ${group}, 1, 1)`.execute(database.db);
    await migrate(database);
    const granted = async (id: string) => (await apiKeyRepository.find(database.db, id))?.groupGranted;
    expect(await Promise.all(['key_none', 'key_own', 'key_other'].map(granted))).toEqual([false, false, true]);
  });

  test('rolls back a transaction that throws, and knows a unique violation', async () => {
    const database = await open({ migrate: false });
    await migrate(database, [probe]);
    const insert = sql`insert into probe (id, amount_nanos, tokens, label) values ('a', 1, 1, 'x')`;
    const failed = await database
      .transact(async (db) => {
        await insert.execute(db);
        await insert.execute(db);
      })
      .catch((error: unknown) => error);
    expect(isUniqueViolation(failed)).toBe(true);
    const left = await sql`select count(*) as n from probe`.execute(database.db);
    expect(left.rows).toEqual([{ n: 0 }]);
  });

  test('concurrent increments from two pools are all kept', async () => {
    const database = await open({ migrate: false });
    await migrate(database, [probe]);
    const other = await openDatabase(database.url, { poolSize: 4 });
    await sql`insert into probe (id, amount_nanos, tokens, label) values ('a', 0, 0, 'x'), ('b', 0, 0, 'x')`.execute(
      database.db,
    );
    const bump = (pool: typeof other, ids: readonly string[]) =>
      pool.transact(async (db) => {
        for (const id of ids) await sql`update probe set amount_nanos = amount_nanos + 1 where id = ${id}`.execute(db);
      });
    await Promise.all(
      // Opposite orders provoke deadlocks, which must be retried; PostgreSQL takes a second to notice each, so one of them.
      Array.from({ length: 20 }, (_, index) =>
        bump(index % 2 === 0 ? database : other, index === 1 ? ['b', 'a'] : ['a', 'b']),
      ),
    );
    const rows = await sql`select amount_nanos from probe order by id`.execute(database.db);
    expect(rows.rows).toEqual([{ amount_nanos: 20n }, { amount_nanos: 20n }]);
    await other.close();
  });
});

test('lets the event loop turn in the middle of a long transaction on SQLite, and nobody else into it', async () => {
  const database = await openDatabase('sqlite::memory:');
  try {
    await migrate(database, [probe]);
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns += 1;
      if (running) setImmediate(turn);
    };
    const long = database.transact(async (db) => {
      await sql`insert into probe (id, amount_nanos, tokens, label) values ('a', 0, 0, 'x')`.execute(db);
      turn();
      for (let step = 0; step < 2000; step += 1) await sql`update probe set tokens = tokens + 1`.execute(db);
      running = false;
    });
    const seen = await sql<{ tokens: number }>`select tokens from probe`.execute(database.db);
    await long;
    expect(turns).toBeGreaterThan(1);
    expect(seen.rows).toEqual([{ tokens: 2000 }]);
  } finally {
    await database.close();
  }
});
