import type { Db } from '../database.ts';
import type { Link } from './audit-chain.ts';

/** A place of the chain, sealed. Numbers follow one another without a gap; `sealed` opens to the place. */
export type AuditSeal = { readonly number: number; readonly seq: number; readonly sealed: string; readonly at: number };

/** Seals of the chain of the audit log. */
export const auditSealRepository = {
  /** Where the chain ends, if nothing has sealed that yet, and the number that its seal gets. */
  async next(db: Db): Promise<{ readonly number: number; readonly head: Link } | undefined> {
    const head = await db.selectFrom('audit_chain').select(['seq', 'hash']).executeTakeFirstOrThrow();
    const last = await db
      .selectFrom('audit_seals')
      .select(['id as number', 'seq'])
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (head.seq === (last?.seq ?? 0)) return undefined;
    return { number: (last?.number ?? 0) + 1, head };
  },

  /** Fails by the primary key when another process has sealed with this number. */
  async insert(db: Db, seal: AuditSeal): Promise<void> {
    const { number, ...rest } = seal;
    await db
      .insertInto('audit_seals')
      .values({ id: number, ...rest })
      .execute();
  },

  /** Those after a number, in their order. */
  async after(db: Db, number: number, limit: number): Promise<readonly AuditSeal[]> {
    const query = db.selectFrom('audit_seals').select(['id as number', 'seq', 'sealed', 'at']).where('id', '>', number);
    return await query.orderBy('id').limit(limit).execute();
  },

  /** The hashes of some entries, by their numbers in the chain. */
  async hashes(db: Db, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> {
    if (seqs.length === 0) return new Map();
    const rows = await db.selectFrom('audit_log').select(['seq', 'hash']).where('seq', 'in', seqs).execute();
    return new Map(rows.map(({ seq, hash }) => [seq ?? 0, hash ?? '']));
  },
};
