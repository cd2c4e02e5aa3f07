import { isUniqueViolation, type Db } from '../database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from '../page.ts';
import type { RowOf } from '../tables.ts';

/** A batch of redemption codes. Amounts are nano-dollars, moments ms since the epoch. */
export type CodeBatch = {
  readonly id: string;
  readonly name: string;
  readonly amount: bigint;
  readonly prefix: string;
  readonly count: number;
  readonly usesPerCode: number;
  readonly usesPerPerson: number;
  readonly group: string | null;
  readonly enabled: boolean;
  readonly expiresAt: number | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** A code without its text. */
export type StoredCode = {
  readonly id: string;
  readonly batchId: string;
  readonly lastFour: string;
  readonly enabled: boolean;
  readonly uses: number;
  readonly createdAt: number;
};

/** How often codes of a batch were redeemed, and for how much. */
export type RedeemedSum = { readonly redeemed: number; readonly amount: bigint };

const readBatch = (row: RowOf<'code_batches'>): CodeBatch => ({
  id: row.id,
  name: row.name,
  amount: row.amount_nanos,
  prefix: row.prefix,
  count: row.code_count,
  usesPerCode: row.uses_per_code,
  usesPerPerson: row.uses_per_person,
  group: row.group_name,
  enabled: row.enabled === 1,
  expiresAt: row.expires_at,
  createdBy: row.created_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const readCode = (row: RowOf<'codes'>): StoredCode => ({
  id: row.id,
  batchId: row.batch_id,
  lastFour: row.last_four,
  enabled: row.enabled === 1,
  uses: row.uses,
  createdAt: row.created_at,
});

/** Codes of a statement: enough to be quick, and few enough for every database's parameters. */
const insertChunk = 500;

/** Batches of redemption codes, and the codes in them, found by hash. */
export const codeRepository = {
  async insertBatch(db: Db, batch: CodeBatch): Promise<void> {
    await db
      .insertInto('code_batches')
      .values({
        id: batch.id,
        name: batch.name,
        amount_nanos: batch.amount,
        prefix: batch.prefix,
        code_count: batch.count,
        uses_per_code: batch.usesPerCode,
        uses_per_person: batch.usesPerPerson,
        group_name: batch.group,
        enabled: batch.enabled ? 1 : 0,
        expires_at: batch.expiresAt,
        created_by: batch.createdBy,
        created_at: batch.createdAt,
        updated_at: batch.updatedAt,
      })
      .execute();
  },

  async insertCodes(
    db: Db,
    batch: Pick<CodeBatch, 'id' | 'createdAt'>,
    codes: readonly { readonly id: string; readonly hash: string; readonly lastFour: string }[],
  ): Promise<void> {
    for (let at = 0; at < codes.length; at += insertChunk)
      await db
        .insertInto('codes')
        .values(
          codes.slice(at, at + insertChunk).map(({ id, hash, lastFour }) => ({
            id,
            batch_id: batch.id,
            hash,
            last_four: lastFour,
            enabled: 1,
            uses: 0,
            created_at: batch.createdAt,
          })),
        )
        .execute();
  },

  async findBatch(db: Db, id: string): Promise<CodeBatch | undefined> {
    const row = await db.selectFrom('code_batches').selectAll().where('id', '=', id).executeTakeFirst();
    return row && readBatch(row);
  },

  async batches(db: Db, ask: PageAsk): Promise<Page<CodeBatch>> {
    const query = newestFirst(db.selectFrom('code_batches').selectAll(), 'code_batches', ask);
    return cutPage((await query.execute()).map(readBatch), ask.limit);
  },

  async updateBatch(
    db: Db,
    { id, name, group, enabled, expiresAt, updatedAt }: Omit<CodeBatch, 'amount'>,
  ): Promise<void> {
    await db
      .updateTable('code_batches')
      .set({ name, group_name: group, enabled: enabled ? 1 : 0, expires_at: expiresAt, updated_at: updatedAt })
      .where('id', '=', id)
      .execute();
  },

  async codes(db: Db, batchId: string, ask: PageAsk): Promise<Page<StoredCode>> {
    const query = newestFirst(db.selectFrom('codes').selectAll().where('batch_id', '=', batchId), 'codes', ask);
    return cutPage((await query.execute()).map(readCode), ask.limit);
  },

  async findCode(db: Db, by: { readonly id: string } | { readonly hash: string }): Promise<StoredCode | undefined> {
    const query = db.selectFrom('codes').selectAll();
    const row = await (
      'id' in by ? query.where('id', '=', by.id) : query.where('hash', '=', by.hash)
    ).executeTakeFirst();
    return row && readCode(row);
  },

  async switchCode(db: Db, id: string, enabled: boolean): Promise<void> {
    await db
      .updateTable('codes')
      .set({ enabled: enabled ? 1 : 0 })
      .where('id', '=', id)
      .execute();
  },

  /** Counts one more use of a code that is on and has one left, and locks it; undefined when it has none. */
  async use(db: Db, id: string, usesPerCode: number): Promise<number | undefined> {
    const { numUpdatedRows } = await db
      .updateTable('codes')
      .set((is) => ({ uses: is('uses', '+', 1) }))
      .where('id', '=', id)
      .where('enabled', '=', 1)
      .where('uses', '<', usesPerCode)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return undefined;
    const row = await db.selectFrom('codes').select('uses').where('id', '=', id).executeTakeFirstOrThrow();
    return row.uses;
  },

  async redeemedOf(db: Db, batchIds: readonly string[]): Promise<ReadonlyMap<string, RedeemedSum>> {
    if (batchIds.length === 0) return new Map();
    const rows = await db
      .selectFrom('redemptions')
      .select((is) => ['batch_id', is.fn.countAll<number>().as('redeemed'), is.fn.max('amount_nanos').as('one_nanos')])
      .where('batch_id', 'in', batchIds)
      .groupBy('batch_id')
      .execute();
    // Every use of a batch credits the same.
    return new Map(
      rows.map((row) => [
        row.batch_id,
        { redeemed: Number(row.redeemed), amount: BigInt(row.redeemed) * (row.one_nanos ?? 0n) },
      ]),
    );
  },

  /** Counts a try of `subject` within a stretch of time; answers how many there were in it, this one included. */
  async countTry(db: Db, subject: string, stretch: number): Promise<number> {
    const add = async (): Promise<bigint> => {
      const same = await db
        .updateTable('code_tries')
        .set((is) => ({ tries: is('tries', '+', 1) }))
        .where('subject', '=', subject)
        .where('stretch', '=', stretch)
        .executeTakeFirstOrThrow();
      if (same.numUpdatedRows > 0n) return same.numUpdatedRows;
      const earlier = await db
        .updateTable('code_tries')
        .set({ stretch, tries: 1 })
        .where('subject', '=', subject)
        .where('stretch', '<', stretch)
        .executeTakeFirstOrThrow();
      return earlier.numUpdatedRows;
    };
    if ((await add()) === 0n) {
      try {
        await db.insertInto('code_tries').values({ subject, stretch, tries: 1 }).execute();
      } catch (error) {
        // Another process was first.
        if (!isUniqueViolation(error)) throw error;
        await add();
      }
    }
    const row = await db.selectFrom('code_tries').select('tries').where('subject', '=', subject).executeTakeFirst();
    return row?.tries ?? 1;
  },

  /** Takes a try back: what was tried was right. */
  async forgiveTry(db: Db, subject: string, stretch: number): Promise<void> {
    await db
      .updateTable('code_tries')
      .set((is) => ({ tries: is('tries', '-', 1) }))
      .where('subject', '=', subject)
      .where('stretch', '=', stretch)
      .where('tries', '>', 0)
      .execute();
  },

  /** Forgets what was tried before a stretch of time. */
  async pruneTries(db: Db, before: number): Promise<void> {
    await db.deleteFrom('code_tries').where('stretch', '<', before).execute();
  },
};
