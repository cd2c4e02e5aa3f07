import type { Nanos } from '../../domain/money.ts';
import type { RequestRecord } from '../../domain/record.ts';

/** Anything that can say "no more": `wallet:<userId>` or `key:<keyId>`; later budgets and teams. */
export type MeterId = `wallet:${string}` | `key:${string}`;

/** Money set aside for one request on all its meters. Opaque to everyone but the ledger. */
export type Hold = { readonly amount: Nanos; readonly meters: readonly MeterId[] };

/** Why no hold could be made. `unavailable`: the main database is down and the leases are spent; the answer is 503, never 402. */
export type HoldRefusal =
  | { readonly refused: 'insufficient'; readonly meter: MeterId; readonly available: Nanos }
  | { readonly refused: 'unavailable' };

/** The one door through which requests touch money. */
export type Ledger = {
  /**
   * Sets `amount` aside on every meter or on none. Synchronous while the leases in memory suffice (the usual case);
   * a promise only when a lease has to be fetched. An amount of 0 on no meters is a valid hold.
   */
  hold(meters: readonly MeterId[], amount: Nanos): Hold | HoldRefusal | Promise<Hold | HoldRefusal>;
  /**
   * Ends the hold with what the record says: its charge, or nothing when `record.charge` is undefined.
   * Writes the record to the outbox; `done` runs once the bytes were handed to the operating system (one write for all
   * requests of a tick), and only then may the client's last byte leave. A second call for the same hold throws.
   */
  settle(hold: Hold, record: RequestRecord, done: () => void): void;
  /** Keeps a record of a request that never held anything (refused by a limit, a missing model, an empty wallet). */
  note(record: RequestRecord): void;
};
