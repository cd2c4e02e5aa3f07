import { createHash } from 'node:crypto';
import type { Database, Db } from '../database.ts';
import type { RowOf } from '../tables.ts';

type Row = RowOf<'audit_log'>;

/** What of an entry is hashed. */
type Content = Pick<Row, 'at' | 'actor' | 'action' | 'subject' | 'before_json' | 'after_json' | 'address' | 'reason'>;

/** A place in the chain: the number of an entry, and its hash. */
export type Link = { readonly seq: number; readonly hash: string };

/** What does not fit: an entry that was changed, one that is gone, or the end that is. */
export type ChainProblem = { readonly seq: number; readonly kind: 'changed' | 'missing' | 'end' };

export type ChainVerdict = {
  /** Entries that were looked at. */
  readonly entries: number;
  /** Where the chain begins: what was before it went by retention. */
  readonly anchor: Link;
  readonly head: Link;
  /** Entries from before there was a chain. */
  readonly unchained: number;
  /** The first of them. */
  readonly problems: readonly ChainProblem[];
};

const maxProblems = 20;
const pageSize = 1000;

/** The hash of an entry: SHA-256 over that of the entry before it and its own content, as hex. */
export const linkHash = (before: string, seq: number, one: Content): string =>
  createHash('sha256')
    .update(
      `${before}\n${JSON.stringify([
        seq,
        one.at,
        one.actor,
        one.action,
        one.subject,
        one.before_json,
        one.after_json,
        one.address,
        one.reason,
      ])}`,
    )
    .digest('hex');

/**
 * Appends an entry at the end of the chain, within a transaction. The row of its head is taken first and held until the transaction ends, so
 * that entries are chained one after the other, whichever process writes them; what is rolled back was never chained.
 */
export async function appendLink(db: Db, content: Content): Promise<void> {
  await db
    .updateTable('audit_chain')
    .set((is) => ({ seq: is('seq', '+', 1) }))
    .execute();
  const head = await db.selectFrom('audit_chain').select(['seq', 'hash']).executeTakeFirstOrThrow();
  const hash = linkHash(head.hash, head.seq, content);
  await db
    .insertInto('audit_log')
    .values({ ...content, seq: head.seq, hash })
    .execute();
  await db.updateTable('audit_chain').set({ hash }).execute();
}

/** Follows the whole chain, in one unchanging view of the database. */
export const verifyChain = async (database: Database): Promise<ChainVerdict> =>
  await database.readSnapshot(async (db) => {
    const chain = await db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow();
    const anchor: Link = { seq: chain.anchor_seq, hash: chain.anchor_hash };
    const head: Link = { seq: chain.seq, hash: chain.hash };
    const problems: ChainProblem[] = [];
    let last = anchor;
    let entries = 0;
    for await (const row of linksAfter(db, anchor.seq)) {
      entries += 1;
      if (row.seq !== last.seq + 1) problems.push({ seq: last.seq + 1, kind: 'missing' });
      else if (row.hash !== linkHash(last.hash, row.seq, row)) problems.push({ seq: row.seq, kind: 'changed' });
      last = { seq: row.seq, hash: row.hash };
    }
    if (last.seq !== head.seq || last.hash !== head.hash) problems.push({ seq: last.seq + 1, kind: 'end' });
    const { count } = await db
      .selectFrom('audit_log')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('seq', 'is', null)
      .executeTakeFirstOrThrow();
    return { entries, anchor, head, unchained: Number(count), problems: problems.slice(0, maxProblems) };
  });

async function* linksAfter(db: Db, from: number): AsyncGenerator<Row & Link> {
  for (let after = from; ;) {
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(pageSize)
      .execute();
    for (const { seq, hash, ...row } of rows) {
      if (seq === null) continue;
      after = seq;
      yield { ...row, seq, hash: hash ?? '' };
    }
    if (rows.length < pageSize) return;
  }
}

/**
 * Forgets at most `limit` entries of before a moment, the oldest of the chain first, and keeps the place of the last of them as the anchor at
 * which the chain begins from now on. Returns how many went.
 */
export const pruneChain = async (database: Database, before: number, limit: number): Promise<number> =>
  await database.transact(async (db) => {
    await db
      .updateTable('audit_chain')
      .set((is) => ({ seq: is.ref('seq') }))
      .execute();
    const { anchor_seq } = await db.selectFrom('audit_chain').select('anchor_seq').executeTakeFirstOrThrow();
    const oldest = await db
      .selectFrom('audit_log')
      .select(['seq', 'hash', 'at'])
      .where('seq', '>', anchor_seq)
      .orderBy('seq')
      .limit(limit)
      .execute();
    const kept = oldest.findIndex(({ at }) => at >= before);
    const last = (kept === -1 ? oldest : oldest.slice(0, kept)).at(-1);
    const unchained = await db
      .deleteFrom('audit_log')
      .where('seq', 'is', null)
      .where('at', '<', before)
      .executeTakeFirst();
    if (last === undefined || last.seq === null) return Number(unchained.numDeletedRows);
    await db
      .updateTable('audit_chain')
      .set({ anchor_seq: last.seq, anchor_hash: last.hash ?? '' })
      .execute();
    await db.deleteFrom('audit_seals').where('seq', '<', last.seq).execute();
    const gone = await db.deleteFrom('audit_log').where('seq', '<=', last.seq).executeTakeFirst();
    return Number(gone.numDeletedRows + unchained.numDeletedRows);
  });
