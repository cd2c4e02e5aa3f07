import type { PlannedDebit } from '../../domain/debits.ts';
import type { Nanos } from '../../domain/money.ts';
import type { RequestRecord } from '../../domain/record.ts';

/** Money set aside for one request on all its meters: who will pay, and nothing else that concerns anyone but the ledger. */
export type Hold = { readonly debits: readonly PlannedDebit[] };

/**
 * Why no hold could be made: `insufficient` names the debit whose meter has too little. `unavailable`: the leases are spent, and the
 * main database, or a gateway that may have some to give back, does not answer; the client hears 503, never 402.
 */
export type HoldRefusal =
  | { readonly refused: 'insufficient'; readonly debit: PlannedDebit; readonly available: Nanos }
  | { readonly refused: 'unavailable' };

/** Why a hold does not change: as above, or it has ended (`over`), or its reservation has. */
export type ChangeRefusal = HoldRefusal | { readonly refused: 'over' };

/** Names a durable reservation: the request's id, and until when (ms since the epoch) it stands unless it is renewed. */
export type ReservationAsk = { readonly id: string; readonly expiresAt: number };

/**
 * The one door through which requests touch money: hold, extend, reserve, settle. A hold lives in this process and goes
 * back when it dies. A reserved one is written down: it outlives the process, and goes back by itself when its time is up.
 */
export type Ledger = {
  /**
   * Sets the amounts of a plan aside, each on its meter, or none of them. Synchronous while the leases in memory suffice
   * (the usual case); a promise only when a lease has to be fetched. A plan of 0 is a valid one: it says who pays.
   */
  hold(debits: readonly PlannedDebit[]): Hold | HoldRefusal | Promise<Hold | HoldRefusal>;
  /**
   * Sets `by` more aside, while a session goes on. Synchronous while the leases in memory suffice. Refused, the hold is as
   * it was.
   */
  extend(hold: Hold, by: Nanos): Hold | ChangeRefusal | Promise<Hold | ChangeRefusal>;
  /**
   * Writes a hold down, so that it outlives this process; the same request may do so again. Refused, the hold is as it
   * was. Its request must be settled under `ask.id`, by whichever process: once, whoever else tries.
   */
  reserve(hold: Hold, ask: ReservationAsk): Promise<Hold | ChangeRefusal>;
  /** Gives a hold back for which nothing was done: nothing is written of it. Throws for one that is reserved, or has ended. */
  release(hold: Hold): void;
  /**
   * The hold of a request that some process reserved. One whose time was up holds nothing any more, but says who pays.
   * `settled` when it is over; undefined when there is none. Rejects when the database does not answer.
   */
  resume(id: string): Promise<Hold | 'settled' | undefined>;
  /** Lets a reservation stand until another moment (ms); false when it has ended, or its time was up. */
  renew(ask: ReservationAsk): Promise<boolean>;
  /**
   * Ends the hold with what the record says: its charge, or nothing when `record.charge` is undefined.
   * Writes the record to the outbox; `done` runs once the bytes were handed to the operating system (one write for all
   * requests of a tick), and only then may the client's last byte leave. A second call for the same hold throws.
   */
  settle(hold: Hold, record: RequestRecord, done: () => void): void;
  /**
   * Charges what a session has used so far, out of its hold, which goes on with what is left of it; under an id of its own. For
   * holds that are not reserved. `done` as for `settle`.
   */
  settlePart(hold: Hold, record: RequestRecord, done: () => void): void;
  /** Keeps a record of a request that never held anything (refused by a limit, a missing model, an empty wallet). */
  note(record: RequestRecord): void;
};
