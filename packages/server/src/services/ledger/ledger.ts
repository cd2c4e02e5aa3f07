import { join } from 'node:path';
import { inputTokens, outputTokens } from '@tollgate/wire/ir/usage';
import { chargeDebits, type Use } from '../../domain/debits.ts';
import type { RequestRecord } from '../../domain/record.ts';
import type { Database } from '../../store/database.ts';
import { dissolveNode } from '../../store/ledger/leases.ts';
import { beat, registerNode } from '../../store/ledger/nodes.ts';
import { postingRow } from '../../store/ledger/posting-row.ts';
import type { PostingRow } from '../../store/ledger/posting-row.ts';
import { openOutbox } from '../outbox/outbox.ts';
import type { Segment } from '../outbox/outbox.ts';
import { writeRow } from '../outbox/row-text.ts';
import {
  giveBack,
  giveBackSome,
  keepTaken,
  liveHold,
  mustEndAs,
  release,
  roomOf,
  take,
  takeNow,
  type LiveHold,
} from './holds.ts';
import { logSender, logsBeside, type RequestLogs } from './logs.ts';
import { addPending, openMeterBook } from './meter-book.ts';
import { startPoster } from './poster.ts';
import { openPulse } from './pulse.ts';
import { adoptDead, clearNest, dissolveSilent, makeNest } from './recovery.ts';
import { openReservations } from './reservations.ts';
import { errorThrottle, loops } from './timers.ts';
import type { Hold, HoldRefusal, Ledger } from './types.ts';

export type LedgerOptions = {
  /** Rows of one posting transaction. */
  readonly batchRows: number;
  /** How long finished requests wait for company before they are posted. */
  readonly postIntervalMs: number;
  readonly maxBackoffMs: number;
  /** Bytes of requests not yet posted beyond which no more are taken on. */
  readonly maxUnpostedBytes: number;
  readonly segmentBytes: number;
  /** Wait for `fdatasync` before a client's last byte: for those who fear power cuts more than crashes. */
  readonly sync: boolean;
  readonly recallWaitMs: number;
  readonly recallPollMs: number;
  /** How long a request waits for a lease from a database that does not answer. */
  readonly patienceMs: number;
  readonly refusalMemoMs: number;
  readonly heartbeatMs: number;
  /** After so long without a sign of life, others take a node's leases away (nodes of this machine are noticed at once). */
  readonly leaseTtlMs: number;
  /** Leases not used for so long are given back. */
  readonly idleMs: number;
  /** Longest wait for the database when closing. */
  readonly closeTimeoutMs: number;
  /** Called at named points, so that tests can stop the process there. */
  readonly fault: (point: string) => void;
};

export const ledgerDefaults: LedgerOptions = {
  batchRows: 150,
  postIntervalMs: 150,
  maxBackoffMs: 5000,
  maxUnpostedBytes: 32 << 20,
  segmentBytes: 1 << 20,
  sync: false,
  recallWaitMs: 2000,
  recallPollMs: 60,
  patienceMs: 5000,
  refusalMemoMs: 400,
  heartbeatMs: 2000,
  leaseTtlMs: 300_000,
  idleMs: 60_000,
  closeTimeoutMs: 10_000,
  fault: () => undefined,
};

export type LedgerLog = {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
};

export type LedgerDeps = {
  readonly database: Database;
  /** Names this process in its outbox's folder and in leases; made unique here. */
  readonly nodeId: string;
  /** Of the program, for people who look at the nodes. */
  readonly version?: string;
  /** Local disk; processes that share it look after each other's outboxes. */
  readonly dataDir: string;
  readonly clock: { now(): number };
  readonly newId: (prefix: string) => string;
  readonly log: LedgerLog;
  /** What becomes of the log lines of requests; beside their charges unless told otherwise. */
  readonly logs?: RequestLogs;
  /** Told of rows after they were posted. Must not throw, and must be quick. */
  readonly posted?: (rows: readonly PostingRow[]) => void;
  readonly options?: Partial<LedgerOptions>;
};

/** For metrics and readiness. */
export type LedgerStats = {
  readonly nodeId: string;
  readonly meters: number;
  readonly unposted: number;
  readonly unpostedBytes: number;
  readonly posted: number;
  readonly batches: number;
  /** The last attempt to post failed: the database is away. */
  readonly postingFails: boolean;
  /** The disk refused the last write. */
  readonly outboxFails: boolean;
  readonly droppedNotes: number;
  readonly aliveNodes: number;
};

export type OpenLedger = Ledger & {
  /** Puts the affairs of dead processes in order, announces this one, starts the timers. */
  start(): Promise<void>;
  /**
   * Gives back what nobody will: leases of machines that have been silent for too long, reservations whose time is up. One
   * process does it for all; see ledger-jobs.ts.
   */
  recall(signal?: AbortSignal): Promise<void>;
  /** Posts everything and gives all leases back. What the database does not take in time stays for the next start. */
  close(): Promise<void>;
  /** Posts what waits, without waiting for company; false when the database did not take it in time (ms). */
  flush(timeoutMs?: number): Promise<boolean>;
  stats(): LedgerStats;
};

/** A request between its settlement and its posting. */
type Finished = {
  readonly row: PostingRow;
  readonly bytes: number;
  /** Its cost is taken from leases of this process once it is posted. */
  readonly pending: boolean;
  done: (() => void) | undefined;
  segment: Segment | undefined;
  posted: boolean;
};

const tokensOf = ({ usage }: RequestRecord): number => inputTokens(usage) + outputTokens(usage);

/** What was bought by the request or the token is not used up by what a fee is paid for: a key of one's own, a refusal. */
const useOf = (record: RequestRecord): Use =>
  record.ownKey === true || (record.usage.refusals ?? 0) > 0 ? nothingUsed : { requests: 1, tokens: tokensOf(record) };
const nothingUsed: Use = { requests: 0, tokens: 0 };

/** What a record takes from the meters of a hold, as a row on its way to the books. */
const rowOf = (hold: LiveHold, record: RequestRecord, logs: RequestLogs): PostingRow =>
  postingRow(record, {
    debits:
      record.charge && chargeDebits(record.debits, record.charge.amount, (meter) => roomOf(hold, meter), useOf(record)),
    log: logs.placeOf(record),
    reserved: hold.reservation !== undefined,
  });

/** Opens the ledger of this process. See docs/money.md for how it works. */
export function openLedger(deps: LedgerDeps): OpenLedger {
  const { database, newId, log, logs = logsBeside } = deps;
  const options = { ...ledgerDefaults, ...deps.options };
  const { fault } = options;
  const now = (): number => deps.clock.now();
  const root = join(deps.dataDir, 'outbox');
  const nest = makeNest(root, deps.nodeId, newId);
  const { nodeId } = nest;
  const outbox = openOutbox({
    directory: nest.directory,
    segmentBytes: options.segmentBytes,
    sync: options.sync,
    fault,
  });

  const pulse = openPulse(now, options);
  let alive = 1;
  let registered = false;
  let closing = false;
  let closed = false;
  let unpostedBytes = 0;
  let droppedNotes = 0;
  let outboxFails = false;
  /** Settled, not written yet. */
  let fresh: Finished[] = [];
  /** Refused by the disk; kept in memory and tried again. */
  let unwritten: Finished[] = [];
  let flushScheduled = false;

  const quietly = errorThrottle(log, now);
  const book = openMeterBook({
    database,
    nodeId,
    now,
    alive: () => alive,
    fault,
    failed: quietly,
    options,
  });
  const poster = startPoster<Finished>({
    database,
    nodeId,
    now,
    newId,
    fault,
    failed: quietly,
    options: { batchRows: options.batchRows, intervalMs: options.postIntervalMs, maxBackoffMs: options.maxBackoffMs },
    posted: (batch, { leases }) => {
      for (const { row, pending } of batch) if (pending) addPending(book, row.debits, 'posted');
      for (const [id, lease] of leases) book.learn(id, lease);
      for (const of of batch) afterPosting(of);
      const rows = batch.map((of) => of.row);
      sendLogs(rows);
      deps.posted?.(rows);
    },
  });
  const reservations = openReservations({ database, book, nodeId, now, fault, failed: quietly });
  const sendLogs = logSender(logs, quietly);

  const finish = (of: Finished): void => {
    const { done } = of;
    of.done = undefined;
    if (done === undefined) return;
    try {
      done();
    } catch (error) {
      log.error({ err: error, requestId: of.row.id }, 'the end of a request failed');
    }
  };

  const write = (group: readonly Finished[]): boolean => {
    try {
      fault('outbox:before-write');
      const segment = outbox.append(group.map((of) => writeRow(of.row)));
      fault('outbox:after-write');
      for (const of of group) of.segment = segment;
      outboxFails = false;
    } catch (error) {
      outboxFails = true;
      quietly(error, 'the outbox cannot be written');
      return false;
    }
    outbox.whenDurable(() => {
      for (const of of group) finish(of);
    });
    return true;
  };

  const retryUnwritten = (): void => {
    if (closed) return;
    // What reached the books in the meantime needs no journal any more.
    unwritten = unwritten.filter((of) => !of.posted);
    if (unwritten.length === 0) outboxFails = false;
    else if (write(unwritten)) unwritten = [];
    else setTimeout(retryUnwritten, 200);
  };

  const flushFresh = (): void => {
    flushScheduled = false;
    const group = fresh;
    if (group.length === 0) return;
    fresh = [];
    // The journal's folder is given up, perhaps to an heir. Only refused requests end so late, and no timer may be left.
    if (closed) return log.warn({ requestIds: group.map((of) => of.row.id) }, 'ended after the ledger had closed');
    if (outboxFails || !write(group)) {
      if (unwritten.length === 0) setTimeout(retryUnwritten, 200);
      unwritten.push(...group);
    }
    poster.add(group);
  };

  const afterPosting = (of: Finished): void => {
    of.posted = true;
    unpostedBytes -= of.bytes;
    if (of.segment !== undefined) outbox.posted(of.segment, 1);
    // Standing in the books is better than standing in the journal.
    finish(of);
  };

  const keep = (row: PostingRow, pending: boolean, done: (() => void) | undefined): void => {
    if (pending) addPending(book, row.debits, 'settled');
    const bytes = 250 + row.detail.length + row.lines.length + row.usage.length + row.debitsText.length;
    unpostedBytes += bytes;
    fresh.push({ row, bytes, pending, done, segment: undefined, posted: false });
    if (flushScheduled) return;
    flushScheduled = true;
    setImmediate(flushFresh);
  };

  const mayServe = (): boolean =>
    !closing && !outboxFails && unpostedBytes < options.maxUnpostedBytes && pulse.trusted(now());

  const holdSlowly = async (hold: LiveHold): Promise<Hold | HoldRefusal> => {
    const refusal = await take(book, hold, undefined);
    if (refusal !== undefined) return refusal;
    keepTaken(hold);
    return hold;
  };

  /** Ends a hold: the row goes its way, and what was set aside in this process goes back. */
  const end = (hold: LiveHold, row: PostingRow, done: () => void): void => {
    keep(row, !hold.durable, done);
    if (!hold.durable) giveBack(hold);
  };

  const tend = async (): Promise<void> => {
    const at = now();
    if (!registered) {
      await registerNode(database, nodeId, at, deps.version);
      registered = true;
    }
    const seen = await beat(database, nodeId, at, at - 5 * options.heartbeatMs);
    if (seen === undefined) {
      log.warn({ nodeId }, 'others took this node for dead; its leases are gone');
      book.loseAll();
      await registerNode(database, nodeId, at, deps.version);
    } else {
      alive = Math.max(1, seen.alive);
    }
    pulse.beat(at);
    await adoptDead({
      database,
      root,
      self: nodeId,
      now,
      newId,
      fault,
      warn: (fields, text) => log.warn(fields, text),
      posted: sendLogs,
    });
    await book.retireIdle(at - options.idleMs, 50);
  };

  const recall = async (signal?: AbortSignal): Promise<void> => {
    if (pulse.mayJudge(now())) await dissolveSilent(database, now() - options.leaseTtlMs);
    while (await reservations.expire()) signal?.throwIfAborted();
  };

  const timers = loops((error, message) => {
    pulse.failed();
    quietly(error, message);
  });

  return {
    hold: (debits) => {
      if (!mayServe()) return { refused: 'unavailable' };
      const hold = liveHold(debits);
      return takeNow(book, hold, undefined) ? hold : holdSlowly(hold);
    },
    extend: (hold, by) => {
      const live = hold as LiveHold;
      if (live.ended) return { refused: 'over' };
      if (!mayServe()) return { refused: 'unavailable' };
      return !live.durable && live.turn === undefined && takeNow(book, live, by) ? live : reservations.extend(live, by);
    },
    reserve: (hold, ask) => reservations.reserve(hold as LiveHold, ask),
    release: (hold) => release(hold as LiveHold),
    resume: reservations.resume,
    renew: reservations.renew,
    settle: (hold, record, done) => {
      const live = hold as LiveHold;
      mustEndAs(live, record.id);
      // First what may throw: a hold whose record could not be made must still be there to be settled otherwise.
      const row = rowOf(live, record, logs);
      live.ended = true;
      if (live.reserving === undefined) end(live, row, done);
      else void live.reserving.then(() => end(live, row, done));
    },
    settlePart: (hold, record, done) => {
      const live = hold as LiveHold;
      mustEndAs(live, record.id);
      const row = rowOf(live, record, logs);
      keep(row, true, done);
      giveBackSome(live, row.debits);
    },
    note: (record) => {
      // Refused requests are worth a line, but not the memory of a gateway whose database is away.
      if (unpostedBytes >= options.maxUnpostedBytes && record.charge === undefined) droppedNotes++;
      else keep(postingRow(record, { log: logs.placeOf(record) }), true, undefined);
    },
    start: async () => {
      try {
        await tend();
      } catch (error) {
        quietly(error, 'the database cannot be reached');
      }
      timers.every(options.heartbeatMs, 'the heartbeat failed', tend);
      timers.every(200, 'recalls could not be read', () => book.answerRecalls());
    },
    recall,
    flush: async (timeoutMs = 10_000) => {
      flushFresh();
      return await poster.drain(timeoutMs);
    },
    close: async () => {
      if (closing) return;
      closing = true;
      await timers.stop();
      await reservations.whenIdle(options.closeTimeoutMs);
      flushFresh();
      const drained = await poster.drain(options.closeTimeoutMs);
      await poster.stop();
      outbox.close();
      closed = true;
      try {
        if (!drained || unwritten.some((of) => !of.posted)) throw new Error('the database did not take everything');
        fault('close:before-dissolve');
        await dissolveNode(database, nodeId);
        clearNest(nest);
      } catch (error) {
        nest.lock.release();
        log.warn({ err: error, unposted: poster.waiting }, 'closed with requests not posted yet; the next start will');
      }
    },
    stats: () => ({
      nodeId,
      meters: book.size,
      unposted: poster.waiting + fresh.length,
      unpostedBytes,
      posted: poster.postedRows,
      batches: poster.batches,
      postingFails: poster.failing,
      outboxFails,
      droppedNotes,
      aliveNodes: alive,
    }),
  };
}
