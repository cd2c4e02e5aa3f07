import { lastAccount, type Debit, type PlannedDebit } from '../../domain/debits.ts';
import { nanos, type Nanos } from '../../domain/money.ts';
import type { MeterBook } from './meter-book.ts';
import { freeOf, type Meter, type MeterRefusal } from './meter.ts';
import type { Hold, HoldRefusal } from './types.ts';

/** A hold as the ledger has it. */
export type LiveHold = Hold & {
  readonly parts: Part[];
  ended: boolean;
  /** The id under which it is, or may be, reserved: from the first attempt on. */
  reservation: string | undefined;
  /** Whether its parts are set aside in the database, and not in this process. */
  durable: boolean;
  /** It is being written down; its end waits for that. */
  reserving: Promise<void> | undefined;
  /** Changes that have to wait for the database follow one another. */
  turn: Promise<unknown> | undefined;
};

/** What is set aside of one meter. `more` is being added, and is given back unless all meters have it. */
type Part = { readonly debit: PlannedDebit; readonly meter: Meter; held: bigint; more: bigint };

export const liveHold = (debits: readonly PlannedDebit[]): LiveHold => ({
  debits,
  parts: [],
  ended: false,
  reservation: undefined,
  durable: false,
  reserving: undefined,
  turn: undefined,
});

/** The part of a debit; made when it is first needed. */
export function partOf(book: MeterBook, hold: LiveHold, debit: PlannedDebit): Part {
  for (const part of hold.parts) if (part.debit === debit) return part;
  const made: Part = { debit, meter: book.meter(debit.meter, debit.opens), held: 0n, more: 0n };
  hold.parts.push(made);
  return made;
}

/**
 * Takes `by` more (what each debit says, when it is undefined) on all meters that are asked, as far as the leases in
 * memory reach. False when one must be asked for more; nothing is taken then.
 */
export function takeNow(book: MeterBook, hold: LiveHold, by: Nanos | undefined): boolean {
  const { debits } = hold;
  const last = lastAccount(debits);
  let paid = 0n;
  let index = -1;
  for (const debit of debits) {
    index++;
    const wanted = wantedOf(debit, by, paid);
    if (wanted <= 0n) continue;
    const part = partOf(book, hold, debit);
    if (debit.kind === 'account' && index < last) {
      const some = book.tryHoldSome(part.meter, wanted);
      if (some === undefined) return undo(hold);
      part.more = some;
      paid += some;
    } else {
      if (!book.tryHold(part.meter, wanted)) return undo(hold);
      part.more = wanted;
    }
  }
  return keepTaken(hold);
}

/** The same, asking for leases where those in memory do not suffice; what was taken must still be kept. */
export async function take(book: MeterBook, hold: LiveHold, by: Nanos | undefined): Promise<HoldRefusal | undefined> {
  const first = await takeEach(book, hold, by, 0n);
  if (first === undefined || first.missing === 0n || !isLeasedElsewhere(hold)) return first?.refusal;
  // No client hears that there is no money before the gateways that lease some of it have answered.
  return (await takeEach(book, hold, by, first.missing))?.refusal;
}

/** Whether others lease some of the accounts before the last, which gave no more than what was at hand. */
const isLeasedElsewhere = ({ debits, parts }: LiveHold): boolean => {
  const last = debits[lastAccount(debits)];
  return parts.some(({ debit, meter }) => debit.kind === 'account' && debit !== last && meter.othersLeased > 0n);
};

/** Why not all was taken, and what the last account lacked; 0 when something else was in the way. */
type Shortfall = { readonly refusal: HoldRefusal; readonly missing: bigint };

/**
 * Takes from one meter after the other. The accounts before the last give what is at hand and, for as much as is `missing`, what
 * other gateways give back.
 */
async function takeEach(
  book: MeterBook,
  hold: LiveHold,
  by: Nanos | undefined,
  missing: bigint,
): Promise<Shortfall | undefined> {
  const last = lastAccount(hold.debits);
  let paid = 0n;
  let owed = missing;
  for (const [index, debit] of hold.debits.entries()) {
    const wanted = wantedOf(debit, by, paid);
    if (wanted <= 0n) continue;
    const part = partOf(book, hold, debit);
    if (debit.kind === 'account' && index < last) {
      const some = book.tryHoldSome(part.meter, wanted) ?? (await book.holdSome(part.meter, wanted));
      part.more = some ?? 0n;
      const recalled = owed > 0n ? await book.holdRecalled(part.meter, least(owed, wanted - part.more)) : 0n;
      if (some === undefined || recalled === undefined)
        return { refusal: refused(hold, debit, { refused: 'unavailable' }), missing: 0n };
      part.more += recalled;
      owed -= recalled;
      paid += part.more;
    } else {
      const refusal = book.tryHold(part.meter, wanted) ? undefined : await book.hold(part.meter, wanted);
      if (refusal !== undefined) {
        const lacks = index === last && refusal.refused === 'insufficient' ? wanted - refusal.available : 0n;
        return { refusal: refused(hold, debit, refusal), missing: lacks };
      }
      part.more = wanted;
    }
  }
  return undefined;
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** Accounts share the amount: each is asked for what those before it have not. */
function wantedOf({ checked, kind, amount }: PlannedDebit, by: Nanos | undefined, paid: bigint): bigint {
  if (!checked) return 0n;
  // Numbers of requests and tokens were set aside in full; what is added is money.
  if (kind === 'requests' || kind === 'tokens') return by === undefined ? amount : 0n;
  return kind === 'account' ? (by ?? amount) - paid : (by ?? amount);
}

function refused(hold: LiveHold, debit: PlannedDebit, refusal: MeterRefusal): HoldRefusal {
  undo(hold);
  return refusal.refused === 'unavailable' ? refusal : { refused: 'insufficient', debit, available: refusal.available };
}

/** What was taken is held from now on. */
export function keepTaken({ parts }: LiveHold): true {
  for (const part of parts) {
    part.held += part.more;
    part.more = 0n;
  }
  return true;
}

/** Gives back what was taken and not kept. */
export function undo({ parts }: LiveHold): false {
  for (const part of parts) {
    part.meter.held -= part.more;
    part.more = 0n;
  }
  return false;
}

/** Throws unless a hold, or a part of it, can be charged under this id: it is open, and not reserved under another one. */
export function mustEndAs({ ended, reservation }: LiveHold, id: string): void {
  if (ended) throw new Error(`the hold of request ${id} has ended before`);
  if (reservation !== undefined && reservation !== id) throw new Error(`request ${id} is reserved as ${reservation}`);
}

/** Gives all of it back to the leases of this process. */
export function giveBack({ parts }: LiveHold): void {
  for (const { meter, held } of parts) meter.held -= held;
}

/** Ends a hold with nothing. Throws for one that is reserved, which its charge ends, and for one that has ended. */
export function release(hold: LiveHold): void {
  if (hold.ended || hold.durable || hold.reserving)
    throw new Error('a hold that is reserved, or has ended, cannot be let go');
  hold.ended = true;
  giveBack(hold);
}

/** Gives what was charged back to the leases of this process, as far as it was set aside. Numbers of requests and tokens stay so. */
export function giveBackSome({ parts }: LiveHold, debits: readonly Debit[]): void {
  for (const { meter, kind, amount } of debits) {
    const part = parts.find(({ debit }) => debit.meter === meter && debit.kind === kind);
    if (part === undefined || kind === 'requests' || kind === 'tokens') continue;
    const some = amount < part.held ? amount : part.held;
    part.held -= some;
    part.meter.held -= some;
  }
}

/** What an account has for a hold that ends: what is set aside for it, and in this process what nobody else has set aside. */
export function roomOf({ parts, durable }: LiveHold, meterId: string): bigint {
  for (const { meter, held } of parts) {
    if (meter.id !== meterId) continue;
    const free = durable ? 0n : freeOf(meter);
    return free > 0n ? held + free : held;
  }
  return 0n;
}

/** The debits of a hold with what is set aside of each: `held`, or what is being added. */
export const setAside = (hold: LiveHold, which: 'held' | 'more'): readonly PlannedDebit[] =>
  hold.debits.map((debit) => ({
    ...debit,
    amount: nanos(hold.parts.find((part) => part.debit === debit)?.[which] ?? 0n),
  }));
