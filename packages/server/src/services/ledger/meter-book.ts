import type { Debit } from '../../domain/debits.ts';
import type { MeterId, PolicyMeter } from '../../domain/meters.ts';
import type { Database } from '../../store/database.ts';
import { acquireLease, giveBack, recallsFor } from '../../store/ledger/leases.ts';
import type { LeaseState } from '../../store/ledger/posting-row.ts';
import {
  freeOf,
  holdFree,
  learnOf,
  positive,
  refuse,
  serve,
  unknownMeter,
  type Meter,
  type MeterRefusal,
  type Waiter,
} from './meter.ts';
import { watchRecalls } from './recall-watch.ts';

export type MeterBookOptions = {
  /**
   * How long the other gateways have to give their idle leases back, before a client is told that there is no money. For one that
   * is silent a request waits as long as its patience; 0 waits for nobody.
   */
  readonly recallWaitMs: number;
  readonly recallPollMs: number;
  /** How long a request waits for a database or a gateway that does not answer; the question itself stands. */
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
  /** Holds as much of an amount as the other gateways give back; undefined when it is not known how much they can. */
  holdRecalled(meter: Meter, amount: bigint): Promise<bigint | undefined>;
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
  /** From the first lease on, recalls are read: one may be there that is not known of here, because an answer was lost. */
  let hasAsked = false;

  const meter = (id: MeterId, opens?: PolicyMeter): Meter => {
    const known = meters.get(id);
    if (known !== undefined) {
      // It may be known from a charge, which does not say.
      known.opens ??= opens;
      return known;
    }
    const made = unknownMeter(id, opens, now());
    meters.set(id, made);
    return made;
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
    hasAsked = true;
    const at = now();
    const alive = Math.max(deps.alive(), at < of.contestedUntil ? 2 : 1);
    const wish = { nodeId, meterId: of.id, atLeast, wanted, alive, at, recall, opens: of.opens };
    const grant = await acquireLease(database, wish, fault);
    fault('acquire:after-commit');
    // A lease that is not there is told as version 0: it counts only where nothing newer can be on its way.
    if (grant.lease.version > 0) learnOf(of, grant.lease);
    else of.leased = 0n;
    if (grant.granted > 0n) of.lowWater = grant.granted / 4n;
    of.othersLeased = grant.othersLeased;
    return grant;
  };

  /** Nobody can have more than `reach` of a meter: for a moment that is believed without asking again. */
  const rememberReach = (of: Meter, reach: bigint): void => {
    of.refusedUntil = now() + options.refusalMemoMs;
    of.refusedAbove = reach;
  };

  /** Undefined when it has turned out that nothing has to be asked for. */
  const acquireForWaiting = (of: Meter) => {
    const [first] = of.waiting;
    const free = freeOf(of);
    if (first === undefined || free >= first.amount) return undefined;
    const wanted = of.waiting.reduce((sum, waiter) => sum + waiter.amount, -free);
    return acquire(of, first.lessWillDo ? 1n : first.amount - free, wanted, true);
  };

  /** Serves all who wait for a meter, first come first served; only one such loop runs for a meter. */
  const fetchFor = async (of: Meter): Promise<void> => {
    if (of.fetching) return;
    of.fetching = true;
    const watch = watchRecalls(now, options.recallWaitMs);
    try {
      for (;;) {
        serve(of);
        if (of.waiting.length === 0) return;
        const grant = await exclusively(of, () => acquireForWaiting(of));
        const [first] = of.waiting;
        if (grant === undefined || grant.granted > 0n || first === undefined) continue;
        const within = freeOf(of) + positive(grant.available);
        const mayCome = watch.mayCome(grant);
        const isInVain = ({ amount, lessWillDo }: Waiter): boolean =>
          lessWillDo ? mayCome === 0n : amount > within + mayCome;
        if (of.waiting.some(isInVain)) {
          rememberReach(of, within + mayCome);
          refuse(of, isInVain, { refused: 'insufficient', available: positive(within) });
        } else if (first.amount > within) await Bun.sleep(options.recallPollMs);
      }
    } catch (error) {
      deps.failed(error, 'a lease could not be fetched');
      refuse(of, () => true, { refused: 'unavailable' });
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

  const wait = (of: Meter, amount: bigint, lessWillDo: boolean): Promise<MeterRefusal | undefined> =>
    new Promise((resolve) => {
      const giveUp = setTimeout(() => {
        of.waiting.splice(of.waiting.indexOf(waiter), 1);
        resolve({ refused: 'unavailable' });
      }, options.patienceMs);
      const waiter: Waiter = {
        amount,
        lessWillDo,
        answer: (refusal) => {
          clearTimeout(giveUp);
          resolve(refusal);
        },
      };
      of.waiting.push(waiter);
      void fetchFor(of);
    });

  const returnIdle = (of: Meter): Promise<void> => exclusively(of, () => giveFree(of));

  const giveFree = async (of: Meter): Promise<void> => {
    let given = 0n;
    const idle = (lease: LeaseState): bigint => {
      learnOf(of, lease);
      of.held -= given;
      given = positive(freeOf(of));
      // Out of reach of new requests from now on, whether or not the database answers.
      of.held += given;
      return given;
    };
    try {
      const left = await giveBack(database, { nodeId, meterId: of.id, at: now(), idle }, fault);
      fault('give-back:after-commit');
      learnOf(of, left);
    } catch (error) {
      // It may have been given back all the same. The next answer of the database tells; until then, count it as gone.
      of.leased -= given;
      deps.failed(error, 'a lease could not be given back');
    } finally {
      of.held -= given;
    }
  };

  return {
    meter,
    get size() {
      return meters.size;
    },
    tryHold,
    hold: (of, amount) =>
      amount > of.refusedAbove && now() < of.refusedUntil
        ? Promise.resolve({ refused: 'insufficient', available: positive(freeOf(of)) })
        : wait(of, amount, false),
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
      if (some < amount) rememberReach(of, some + of.othersLeased);
      return some;
    },
    holdRecalled: async (of, amount) => {
      if (amount <= 0n || of.othersLeased <= 0n) return 0n;
      const refusal = await wait(of, amount, true);
      if (refusal === undefined) return amount;
      return refusal.refused === 'unavailable' ? undefined : holdFree(of, amount);
    },
    learn: (id, state) => {
      const known = meters.get(id);
      if (known !== undefined) learnOf(known, state);
    },
    answerRecalls: async () => {
      if (!hasAsked) return;
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
