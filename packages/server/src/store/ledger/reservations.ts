import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { readDebits, writeDebits, type PlannedDebit } from '../../domain/debits.ts';
import type { MeterId } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import { isUniqueViolation } from '../database.ts';
import type { Database, DatabaseKind } from '../database.ts';
import type { RowOf, Tables } from '../tables.ts';
import { changeLease, leaseOf, lockMeter } from './leases.ts';
import type { Fault, LeaseState } from './posting-row.ts';

/** `expired`: what it set aside has gone back, but it can still be settled. `settled`: it is over. */
export type ReservationState = 'open' | 'expired' | 'settled';

/** Money set aside in the database, so that it outlives the process. `id` is the request's. */
export type Reservation = {
  readonly id: string;
  /** What is set aside of each meter. */
  readonly debits: readonly PlannedDebit[];
  readonly state: ReservationState;
  readonly expiresAt: number;
};

/** What became of a wish to set money aside. */
export type ReservationMade =
  /** It stands; these are the node's leases now. */
  | { readonly outcome: 'made'; readonly leases: ReadonlyMap<string, LeaseState> }
  /** It had been made before, and nothing changed. */
  | { readonly outcome: 'known' }
  /** A lease did not hold what was thought, and the meter has no more. */
  | { readonly outcome: 'short'; readonly meter: MeterId; readonly available: bigint }
  /** There is no open reservation that could grow. */
  | { readonly outcome: 'over' };

type Ask = {
  readonly nodeId: string;
  readonly id: string;
  readonly debits: readonly PlannedDebit[];
  readonly at: number;
};

/** Moves what a node holds of its leases into a reservation of its own. All of it or nothing. */
export async function makeReservation(
  database: Database,
  ask: Ask & { readonly expiresAt: number },
  fault: Fault,
): Promise<ReservationMade> {
  try {
    return await undoneWhenShort(() =>
      database.transact(async (db) => {
        await db
          .insertInto('reservations')
          .values({
            id: ask.id,
            debits: writeDebits(ask.debits),
            state: 'open',
            expires_at: ask.expiresAt,
            created_at: ask.at,
          })
          .execute();
        const leases = await setAside(db, database.kind, ask);
        fault('reserve:before-commit');
        return { outcome: 'made', leases };
      }),
    );
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return { outcome: 'known' };
  }
}

/** Adds to an open reservation what a node holds of its leases. */
export function growReservation(database: Database, ask: Ask, fault: Fault): Promise<ReservationMade> {
  return undoneWhenShort(() =>
    database.transact(async (db) => {
      const known = await lockReservation(db, database.kind, ask.id);
      if (known?.state !== 'open') return { outcome: 'over' };
      const leases = await setAside(db, database.kind, ask);
      const more = new Map(ask.debits.map(({ meter, amount }) => [meter, amount]));
      const debits = known.debits.map((debit) => ({
        ...debit,
        amount: nanos(debit.amount + (more.get(debit.meter) ?? 0n)),
      }));
      await db
        .updateTable('reservations')
        .set({ debits: writeDebits(debits) })
        .where('id', '=', ask.id)
        .execute();
      fault('reserve:before-commit');
      return { outcome: 'made', leases };
    }),
  );
}

/** Thrown inside a transaction, so that it is undone. */
class Short extends Error {
  readonly meter: MeterId;
  readonly available: bigint;

  constructor(meter: MeterId, available: bigint) {
    super('a meter has not enough');
    this.meter = meter;
    this.available = available;
  }
}

async function undoneWhenShort(work: () => Promise<ReservationMade>): Promise<ReservationMade> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Short)) throw error;
    return { outcome: 'short', meter: error.meter, available: error.available };
  }
}

/** From the node's leases to what is reserved, meter by meter in the order in which everybody locks them. */
async function setAside(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  { nodeId, debits, at }: Ask,
): Promise<ReadonlyMap<string, LeaseState>> {
  const leases = new Map<string, LeaseState>();
  for (const { meter: meterId, amount } of inLockOrder(debits)) {
    if (amount <= 0n) continue;
    const meter = await lockMeter(db, kind, meterId);
    const lease = await leaseOf(db, nodeId, meterId);
    const leased = lease.amount < amount ? lease.amount : amount;
    const missing = amount - leased;
    // Others may have taken the lease of a node that was silent for too long.
    if (missing > 0n && (meter === undefined || (meter.open !== undefined && meter.open < missing)))
      throw new Short(meterId, leased + (meter?.open ?? 0n));
    if (leased > 0n) leases.set(meterId, await changeLease(db, kind, { nodeId, meterId, at }, lease, -leased));
    await changeReserved(db, meterId, amount);
  }
  return leases;
}

const inLockOrder = (debits: readonly PlannedDebit[]): readonly PlannedDebit[] =>
  debits.toSorted((a, b) => (a.meter < b.meter ? -1 : 1));

async function changeReserved(db: Transaction<Tables>, meterId: string, by: bigint): Promise<void> {
  await db
    .updateTable('meters')
    .set((query) => ({ reserved_nanos: query('reserved_nanos', '+', by) }))
    .where('id', '=', meterId)
    .execute();
}

async function lockReservation(
  db: Transaction<Tables>,
  kind: DatabaseKind,
  id: string,
): Promise<Reservation | undefined> {
  const query = db.selectFrom('reservations').selectAll().where('id', '=', id);
  const row = await (kind === 'sqlite' ? query : query.forUpdate()).executeTakeFirst();
  return row && present(row);
}

const present = (row: RowOf<'reservations'>): Reservation => ({
  id: row.id,
  debits: readDebits(row.debits),
  state: row.state,
  expiresAt: row.expires_at,
});

/** The reservation of a request; undefined when it never had one, or it was over long ago. */
export async function findReservation({ db }: Database, id: string): Promise<Reservation | undefined> {
  const row = await db.selectFrom('reservations').selectAll().where('id', '=', id).executeTakeFirst();
  return row && present(row);
}

/** Lets an open reservation stand until another moment; false when it is not open any more. */
export async function renewReservation({ db }: Database, id: string, expiresAt: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('reservations')
    .set({ expires_at: expiresAt })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Gives back what reservations set aside whose time is up: their jobs never ended. At most `most` of them; returns how
 * many. Any number of nodes may do it at once.
 */
export async function expireReservations(
  database: Database,
  { at, most }: { readonly at: number; readonly most: number },
  fault: Fault,
): Promise<number> {
  const due = await database.db
    .selectFrom('reservations')
    .select('id')
    .where('state', '=', 'open')
    .where('expires_at', '<=', at)
    .orderBy('expires_at')
    .limit(most)
    .execute();
  let expired = 0;
  for (const { id } of due) {
    expired += await database.transact(async (db) => {
      const known = await lockReservation(db, database.kind, id);
      // Settled, renewed or expired since.
      if (known?.state !== 'open' || known.expiresAt > at) return 0;
      await db.updateTable('reservations').set({ state: 'expired' }).where('id', '=', id).execute();
      for (const { meter, amount } of inLockOrder(known.debits))
        if (amount > 0n) await changeReserved(db, meter, 0n - amount);
      fault('expire:before-commit');
      return 1;
    });
  }
  return expired;
}

/** Forgets reservations that ended before `before` (ms), at most `most`; returns how many. */
export async function pruneReservations({ db }: Database, before: number, most: number): Promise<number> {
  const rows = await db
    .selectFrom('reservations')
    .select('id')
    .where('state', 'in', ['expired', 'settled'])
    .where('expires_at', '<', before)
    .limit(most)
    .execute();
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  await db.deleteFrom('reservations').where('id', 'in', ids).execute();
  return ids.length;
}

/** What reservations set aside for the requests of a batch, and which of those requests are over already. */
export type Reserved = {
  /** By request: what to give back to each meter; empty when its time was up and all has gone back. */
  readonly set: ReadonlyMap<string, readonly PlannedDebit[]>;
  readonly settled: ReadonlySet<string>;
};

/** Sorts out the reservations of some requests, as their locked rows say. */
export function readReserved(
  rows: Iterable<{ readonly id: string; readonly state: string; readonly debits: string }>,
): Reserved {
  const set = new Map<string, readonly PlannedDebit[]>();
  const settled = new Set<string>();
  for (const { id, state, debits } of rows) {
    if (state === 'settled') settled.add(id);
    else set.set(id, state === 'open' ? readDebits(debits) : []);
  }
  return { set, settled };
}

/** Locks the reservations of some requests. */
export async function lockReserved(db: Transaction<Tables>, ids: readonly string[]): Promise<Reserved> {
  const rows = await sql<RowOf<'reservations'>>`select id, state, debits from reservations
    where id in (${sql.join(ids)}) order by id for update`.execute(db);
  return readReserved(rows.rows);
}

/** They are over: with a charge or without. */
export async function endReservations(db: Transaction<Tables>, ids: readonly string[]): Promise<void> {
  await db.updateTable('reservations').set({ state: 'settled' }).where('id', 'in', ids).execute();
}
