import type { Nanos } from '../../domain/money.ts';
import { nanos } from '../../domain/money.ts';
import type { Database } from '../../store/database.ts';
import {
  expireReservations,
  findReservation,
  growReservation,
  makeReservation,
  renewReservation,
  type ReservationMade,
} from '../../store/ledger/reservations.ts';
import { giveBack, keepTaken, liveHold, partOf, setAside, take, undo, type LiveHold } from './holds.ts';
import type { MeterBook } from './meter-book.ts';
import type { ChangeRefusal, Hold, ReservationAsk } from './types.ts';

type Deps = {
  readonly database: Database;
  readonly book: MeterBook;
  readonly nodeId: string;
  readonly now: () => number;
  readonly fault: (point: string) => void;
  readonly failed: (error: unknown, message: string) => void;
};

const atOnce = 100;

/** Changes of holds that have to wait for the database. */
export function openReservations({ database, book, nodeId, now, fault, failed }: Deps) {
  const inFlight = new Set<Promise<unknown>>();

  /** One change of a hold after the other. */
  const inTurn = <T>(hold: LiveHold, change: () => Promise<T>): Promise<T> => {
    const mine = (hold.turn ?? Promise.resolve()).then(change);
    const turn = mine
      .catch(() => undefined)
      .then(() => {
        if (hold.turn === turn) hold.turn = undefined;
      });
    hold.turn = turn;
    return mine;
  };

  const learn = (made: ReservationMade): void => {
    if (made.outcome !== 'made') return;
    for (const [id, lease] of made.leases) book.learn(id, lease);
  };

  const refusalOf = (hold: LiveHold, made: ReservationMade): ChangeRefusal => {
    const debit = made.outcome === 'short' ? hold.debits.find(({ meter }) => meter === made.meter) : undefined;
    if (made.outcome !== 'short' || debit === undefined) return { refused: 'over' };
    const available = nanos(made.available > 0n ? made.available : 0n);
    return { refused: 'insufficient', debit, available };
  };

  /** It may have been written down all the same. Until the database tells, what was to be moved counts as gone. */
  const countAsGone = (hold: LiveHold, which: 'held' | 'more', error: unknown): ChangeRefusal => {
    for (const part of hold.parts) part.meter.leased -= part[which];
    failed(error, 'a hold could not be reserved');
    return { refused: 'unavailable' };
  };

  const grow = async (hold: LiveHold, id: string): Promise<ChangeRefusal | undefined> => {
    const ask = { nodeId, id, debits: setAside(hold, 'more'), at: now() };
    try {
      const made = await growReservation(database, ask, fault);
      fault('reserve:after-commit');
      learn(made);
      if (made.outcome !== 'made') return refusalOf(hold, made);
      for (const part of hold.parts) {
        part.meter.held -= part.more;
        part.held += part.more;
        part.more = 0n;
      }
      return undefined;
    } catch (error) {
      return countAsGone(hold, 'more', error);
    }
  };

  const extend = async (hold: LiveHold, by: Nanos): Promise<Hold | ChangeRefusal> => {
    if (hold.ended) return { refused: 'over' };
    let refusal: ChangeRefusal | undefined = await take(book, hold, by);
    if (refusal !== undefined) return refusal;
    // It may have ended meanwhile, and gave back then what it had before.
    if (hold.ended) refusal = { refused: 'over' };
    else if (hold.durable && hold.reservation !== undefined) refusal = await grow(hold, hold.reservation);
    else keepTaken(hold);
    if (refusal === undefined) return hold;
    undo(hold);
    return refusal;
  };

  /** What an earlier attempt, whose answer was lost, wrote down. */
  const adoptKnown = async (hold: LiveHold, id: string): Promise<ChangeRefusal | undefined> => {
    const known = await findReservation(database, id);
    if (known?.state !== 'open') return { refused: 'over' };
    giveBack(hold);
    for (const debit of hold.debits) {
      const amount = known.debits.find(({ meter }) => meter === debit.meter)?.amount ?? 0n;
      if (amount > 0n) partOf(book, hold, debit).held = amount;
    }
    hold.durable = true;
    return undefined;
  };

  const writeDown = async (hold: LiveHold, { id, expiresAt }: ReservationAsk): Promise<ChangeRefusal | undefined> => {
    hold.reservation = id;
    try {
      const ask = { nodeId, id, expiresAt, debits: setAside(hold, 'held'), at: now() };
      const made = await makeReservation(database, ask, fault);
      fault('reserve:after-commit');
      if (made.outcome === 'known') return await adoptKnown(hold, id);
      learn(made);
      if (made.outcome !== 'made') return refusalOf(hold, made);
      giveBack(hold);
      hold.durable = true;
      return undefined;
    } catch (error) {
      return countAsGone(hold, 'held', error);
    }
  };

  const reserve = async (hold: LiveHold, ask: ReservationAsk): Promise<Hold | ChangeRefusal> => {
    if (hold.ended || hold.durable) return { refused: 'over' };
    const writing = writeDown(hold, ask);
    const over = writing.then(() => undefined);
    hold.reserving = over;
    inFlight.add(over);
    const refusal = await writing;
    inFlight.delete(over);
    hold.reserving = undefined;
    return refusal ?? hold;
  };

  return {
    extend: (hold: LiveHold, by: Nanos) => inTurn(hold, () => extend(hold, by)),
    reserve: (hold: LiveHold, ask: ReservationAsk) => inTurn(hold, () => reserve(hold, ask)),
    resume: async (id: string): Promise<LiveHold | 'settled' | undefined> => {
      const known = await findReservation(database, id);
      if (known === undefined) return undefined;
      if (known.state === 'settled') return known.state;
      const hold = liveHold(known.debits);
      hold.reservation = id;
      hold.durable = true;
      if (known.state === 'expired') return hold;
      for (const debit of known.debits) if (debit.amount > 0n) partOf(book, hold, debit).held = debit.amount;
      return hold;
    },
    renew: ({ id, expiresAt }: ReservationAsk): Promise<boolean> => renewReservation(database, id, expiresAt),
    /** Gives back what jobs left that never ended; true when there may be more of it. */
    expire: async (): Promise<boolean> =>
      (await expireReservations(database, { at: now(), most: atOnce }, fault)) === atOnce,
    /** Resolves when none is being written down any more, or after `ms`. */
    whenIdle: async (ms: number): Promise<void> => {
      if (inFlight.size === 0) return;
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, ms);
      await Promise.race([Promise.all(inFlight), late.promise]);
      clearTimeout(timer);
    },
  };
}
