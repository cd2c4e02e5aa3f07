import type { Debit } from '../../domain/debits.ts';
import type { MeterId, PolicyMeter } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import type { Nanos } from '../../domain/money.ts';
import type { Database } from '../../store/database.ts';
import { acquireLease, giveBack, recallsFor } from '../../store/ledger/leases.ts';
import type { LeaseState } from '../../store/ledger/posting-row.ts';

/**
 * What this process knows of one meter. The part of the lease that is free to hold is
 * `leased - held - pending`; it can be negative, because an answer may cost more than was held for it.
 */
export type Meter = {
  readonly id: MeterId;
  /** How to make it if it is not there yet. */
  opens: PolicyMeter | undefined;
  /** The lease as the database has it. */
  leased: bigint;
  version: number;
  /** Set aside for requests under way, and for leases on their way back. */
  held: bigint;
  /** Charged but not posted yet. */
  pending: bigint;
  /** Until then a hold of more than `refusedAbove` is refused without asking again. */
  refusedUntil: number;
  refusedAbove: bigint;
  /** Below this a little more is fetched in the background. */
  lowWater: bigint;
  nextTopUpAt: number;
  fetching: boolean;
  /** The exchange with the database about the lease that is under way, or the last one. */
  exchange: Promise<void>;
  /** Until then another gateway is known to want a part, whatever the heartbeat has told so far. */
  contestedUntil: number;
  readonly waiting: Waiter[];
  usedAt: number;
};

type Waiter = { readonly amount: bigint; readonly answer: (refusal: MeterRefusal | undefined) => void };

/** Why a meter does not hold more: it has no more than `available`, or the database cannot be asked. */
export type MeterRefusal =
  | { readonly refused: 'insufficient'; readonly available: Nanos }
  | { readonly refused: 'unavailable' };

export type MeterBookOptions = {
  /** How long the other gateways have to give their idle leases back, before a client is told that there is no money. */
  readonly recallWaitMs: number;
  readonly recallPollMs: number;
  /** How long a request waits for a database that does not answer; the question itself stands. */
  readonly patienceMs: number;
  /** How long an empty meter is believed to be empty. */
  readonly refusalMemoMs: number;
};

type Deps = {
  readonly database: Database;
  readonly nodeId: string;
  readonly now: () => number;
  /** Gateways alive, this one included. */
  readonly alive: () => number;
  readonly fault: (point: string) => void;
  readonly failed: (error: unknown, message: string) => void;
  readonly options: MeterBookOptions;
};

/** How long a gateway that was asked for a lease leaves something of the meter to others. */
const contestedMs = 10_000;

export const freeOf = (meter: Meter): bigint => meter.leased - meter.held - meter.pending;

/** The meters this process has leases of, or asked for. */
export type MeterBook = {
  meter(id: MeterId, opens?: PolicyMeter): Meter;
  readonly size: number;
  /** Holds if the lease suffices; false when it has to be asked for. */
  tryHold(meter: Meter, amount: bigint): boolean;
  /** Holds, fetching a lease if need be; resolves with the refusal, or undefined when held. */
  hold(meter: Meter, amount: bigint): Promise<MeterRefusal | undefined>;
  /** Holds as much of an amount as there is, and says how much; undefined when more has to be asked for first. */
  tryHoldSome(meter: Meter, amount: bigint): bigint | undefined;
  /** The same, asking for more, but waiting for no other gateway; undefined when the database does not answer. */
  holdSome(meter: Meter, amount: bigint): Promise<bigint | undefined>;
  /** Takes over what the database says of a lease, unless something newer is known. */
  learn(id: string, state: LeaseState): void;
  /** Gives idle leases back that others asked for. */
  answerRecalls(): Promise<void>;
  /** Gives leases back that were not used since `before`, and forgets their meters. */
  retireIdle(before: number, most: number): Promise<void>;
  /** Everything leased is gone: others took this node for dead. */
  loseAll(): void;
};

export function openMeterBook(deps: Deps): MeterBook {
  const { database, nodeId, now, fault, options } = deps;
  const meters = new Map<string, Meter>();

  const meter = (id: MeterId, opens?: PolicyMeter): Meter => {
    const known = meters.get(id);
    if (known !== undefined) {
      // It may be known from a charge, which does not say.
      known.opens ??= opens;
      return known;
    }
    const made: Meter = {
      id,
      opens,
      leased: 0n,
      version: 0,
      held: 0n,
      pending: 0n,
      refusedUntil: 0,
      refusedAbove: 0n,
      lowWater: 0n,
      nextTopUpAt: 0,
      fetching: false,
      exchange: Promise.resolve(),
      contestedUntil: 0,
      waiting: [],
      usedAt: now(),
    };
    meters.set(id, made);
    return made;
  };

  const learnOf = (known: Meter, state: LeaseState): void => {
    if (state.version < known.version) return;
    known.leased = state.amount;
    known.version = state.version;
  };

  /**
   * Exchanges about one lease follow one another. Were one to start while a part is on its way back, it would reckon
   * with what is free for the moment, and refuse for want of money that is there.
   */
  const exclusively = async <T>(of: Meter, exchange: () => T | Promise<T>): Promise<T> => {
    const before = of.exchange;
    const mine = Promise.withResolvers<void>();
    of.exchange = mine.promise;
    await before;
    try {
      return await exchange();
    } finally {
      mine.resolve();
    }
  };

  const acquire = async (of: Meter, atLeast: bigint, wanted: bigint, recall: boolean) => {
    const at = now();
    const alive = Math.max(deps.alive(), at < of.contestedUntil ? 2 : 1);
    const wish = { nodeId, meterId: of.id, atLeast, wanted, alive, at, recall, opens: of.opens };
    const grant = await acquireLease(database, wish, fault);
    fault('acquire:after-commit');
    // A lease that is not there is told as version 0: it counts only where nothing newer can be on its way.
    if (grant.lease.version > 0) learnOf(of, grant.lease);
    else of.leased = 0n;
    if (grant.granted > 0n) of.lowWater = grant.granted / 4n;
    return grant;
  };

  const serve = (of: Meter): void => {
    for (let first = of.waiting[0]; first !== undefined && freeOf(of) >= first.amount; first = of.waiting[0]) {
      of.waiting.shift();
      of.held += first.amount;
      first.answer(undefined);
    }
  };

  const refuse = (of: Meter, within: bigint, refusal: MeterRefusal): void => {
    const kept = of.waiting.filter((waiter) => waiter.amount <= within);
    const refused = of.waiting.filter((waiter) => waiter.amount > within);
    of.waiting.splice(0, of.waiting.length, ...kept);
    for (const waiter of refused) waiter.answer(refusal);
  };

  /** Undefined when it has turned out that nothing has to be asked for. */
  const acquireForWaiting = (of: Meter) => {
    const [first] = of.waiting;
    const free = freeOf(of);
    if (first === undefined || free >= first.amount) return undefined;
    const wanted = of.waiting.reduce((sum, waiter) => sum + waiter.amount, -free);
    return acquire(of, first.amount - free, wanted, true);
  };

  /** Serves all who wait for a meter, first come first served; only one such loop runs for a meter. */
  const fetchFor = async (of: Meter): Promise<void> => {
    if (of.fetching) return;
    of.fetching = true;
    const begun = now();
    try {
      for (;;) {
        serve(of);
        if (of.waiting.length === 0) return;
        const grant = await exclusively(of, () => acquireForWaiting(of));
        const [first] = of.waiting;
        if (grant === undefined || grant.granted > 0n || first === undefined) continue;
        const within = freeOf(of) + (grant.available > 0n ? grant.available : 0n);
        if (first.amount <= within) continue;
        if (grant.othersLeased > 0n && now() - begun < options.recallWaitMs) {
          await Bun.sleep(options.recallPollMs);
          continue;
        }
        of.refusedUntil = now() + options.refusalMemoMs;
        of.refusedAbove = within;
        refuse(of, within, { refused: 'insufficient', available: positive(within) });
      }
    } catch (error) {
      deps.failed(error, 'a lease could not be fetched');
      refuse(of, -(1n << 100n), { refused: 'unavailable' });
    } finally {
      of.fetching = false;
    }
  };

  const topUp = async (of: Meter): Promise<void> => {
    if (of.fetching) return;
    of.fetching = true;
    of.nextTopUpAt = now() + 250;
    try {
      const { granted } = await exclusively(of, () => acquire(of, 1n, of.lowWater * 2n, false));
      if (granted === 0n) of.nextTopUpAt = now() + 1000;
    } catch (error) {
      of.nextTopUpAt = now() + 1000;
      deps.failed(error, 'a lease could not be topped up');
    } finally {
      of.fetching = false;
      if (of.waiting.length > 0) void fetchFor(of);
    }
  };

  const tryHold = (of: Meter, amount: bigint): boolean => {
    of.usedAt = now();
    const free = freeOf(of);
    if (free < amount) return false;
    of.held += amount;
    if (free - amount < of.lowWater && of.usedAt >= of.nextTopUpAt) void topUp(of);
    return true;
  };

  const holdFree = (of: Meter, most: bigint): bigint => {
    const free = freeOf(of);
    const some = free < most ? positive(free) : most;
    of.held += some;
    return some;
  };

  const returnIdle = (of: Meter): Promise<void> => exclusively(of, () => giveFree(of));

  const giveFree = async (of: Meter): Promise<void> => {
    const free = freeOf(of);
    const amount = free > 0n ? free : 0n;
    // Out of reach of new requests from now on, whether or not the database answers.
    of.held += amount;
    try {
      const left = await giveBack(database, { nodeId, meterId: of.id, amount, at: now() }, fault);
      fault('give-back:after-commit');
      learnOf(of, left);
    } catch (error) {
      // It may have been given back all the same. The next answer of the database tells; until then, count it as gone.
      of.leased -= amount;
      deps.failed(error, 'a lease could not be given back');
    } finally {
      of.held -= amount;
    }
  };

  return {
    meter,
    get size() {
      return meters.size;
    },
    tryHold,
    hold: (of, amount) => {
      if (amount > of.refusedAbove && now() < of.refusedUntil) {
        return Promise.resolve({ refused: 'insufficient', available: positive(freeOf(of)) });
      }
      return new Promise((resolve) => {
        const giveUp = setTimeout(() => {
          of.waiting.splice(of.waiting.indexOf(waiter), 1);
          resolve({ refused: 'unavailable' });
        }, options.patienceMs);
        const waiter: Waiter = {
          amount,
          answer: (refusal) => {
            clearTimeout(giveUp);
            resolve(refusal);
          },
        };
        of.waiting.push(waiter);
        void fetchFor(of);
      });
    },
    tryHoldSome: (of, amount) => {
      if (tryHold(of, amount)) return amount;
      return of.usedAt < of.refusedUntil ? holdFree(of, amount) : undefined;
    },
    holdSome: async (of, amount) => {
      try {
        await promptly(
          options.patienceMs,
          exclusively(of, async () => {
            const free = freeOf(of);
            if (free < amount) await acquire(of, 1n, amount - free, true);
          }),
        );
      } catch (error) {
        deps.failed(error, 'a lease could not be fetched');
        return undefined;
      }
      const some = holdFree(of, amount);
      if (some < amount) {
        of.refusedUntil = now() + options.refusalMemoMs;
        of.refusedAbove = some;
      }
      return some;
    },
    learn: (id, state) => {
      const known = meters.get(id);
      if (known !== undefined) learnOf(known, state);
    },
    answerRecalls: async () => {
      let any = false;
      for (const { leased } of meters.values()) {
        if (leased > 0n) {
          any = true;
          break;
        }
      }
      if (!any) return;
      for (const id of await recallsFor(database, nodeId)) {
        const asked = meter(id);
        asked.contestedUntil = now() + contestedMs;
        await returnIdle(asked);
      }
    },
    retireIdle: async (before, most) => {
      let left = most;
      for (const of of meters.values()) {
        if (of.usedAt >= before || of.held !== 0n || of.pending !== 0n || of.fetching || of.waiting.length > 0)
          continue;
        if (of.leased > 0n) await returnIdle(of);
        if (of.usedAt < before && of.held === 0n && of.pending === 0n && of.leased === 0n) meters.delete(of.id);
        if (--left <= 0) return;
      }
    },
    loseAll: () => {
      for (const of of meters.values()) of.leased = 0n;
    },
  };
}

/** What a request costs is spent in this process when it is settled, and in the database when it is posted. */
export function addPending(book: MeterBook, debits: readonly Debit[], what: 'settled' | 'posted'): void {
  for (const { meter, amount } of debits) {
    if (amount === 0n) continue;
    const of = book.meter(meter);
    of.pending = what === 'settled' ? of.pending + amount : of.pending - amount;
  }
}

/** Rejects when `work` does not end in time; the work itself goes on. */
function promptly<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.reject(new Error('the database does not answer')), ms);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

const positive = (amount: bigint): Nanos => nanos(amount > 0n ? amount : 0n);
