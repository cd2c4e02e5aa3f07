import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planDebits, type PlannedDebit } from '../../../domain/debits.ts';
import { walletMeter } from '../../../domain/meters.ts';
import { nanos } from '../../../domain/money.ts';
import type { RequestRecord } from '../../../domain/record.ts';
import type { Database } from '../../../store/database.ts';
import { postCredit } from '../../../store/ledger/journal.ts';
import { setKeyLimit } from '../../../store/ledger/meters.ts';
import { openLedger } from '../ledger.ts';
import type { LedgerOptions, OpenLedger } from '../ledger.ts';
import type { Hold, HoldRefusal } from '../types.ts';

let counter = 0;

/** Ids that sort by time and differ between processes. */
export function testId(prefix: string): string {
  counter++;
  return `${prefix}_${Date.now().toString(36)}${process.pid.toString(36)}${counter.toString(36).padStart(5, '0')}`;
}

/** A record of a request that cost `amount`; undefined for one that cost nothing. */
export function testRecord(amount: bigint | undefined, ids: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: testId('req'),
    at: Date.now(),
    userId: 'usr_1',
    keyId: 'key_1',
    group: 'default',
    protocol: 'openai-chat',
    operation: 'chat',
    modelAsked: 'gpt-4o-mini',
    modelServed: 'gpt-4o-mini',
    channelId: 'chn_1',
    stream: false,
    status: amount === undefined ? 502 : 200,
    endReason: amount === undefined ? 'upstream_error' : 'completed',
    errorCode: amount === undefined ? 'upstream_error' : '',
    usage: { inputText: 10, outputText: 5 },
    usageSource: 'provider',
    conversion: undefined,
    charge:
      amount === undefined
        ? undefined
        : {
            amount: nanos(amount),
            lines: [{ bucket: 'call', quantity: 1, rate: amount }],
            multiplier: 1_000_000n,
            priceVersion: 'prc_1',
          },
    debits: testPlan(0n),
    ttftMs: 1,
    totalMs: 2,
    clientIp: '127.0.0.1',
    attempts: [{ channelId: 'chn_1', credential: 0, status: 200, cause: 'ok', durationMs: 1 }],
    ...ids,
  };
}

/** What `usr_1` pays with `key_1`: from the wallet alone, or held to the key's limit too. */
export const testPlan = (amount: bigint, limited = false): readonly PlannedDebit[] =>
  planDebits({ id: 'key_1', limited, user: { id: 'usr_1' } }, nanos(amount), Date.now());

/** A data folder that is removed by `clear`. */
export function testFolder(): { readonly path: string; readonly clear: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-ledger-'));
  return { path, clear: () => rmSync(path, { recursive: true, force: true }) };
}

/** Credits a wallet. */
export function testCredit(database: Database, amount: bigint, userId = 'usr_1'): Promise<unknown> {
  return postCredit(database, {
    transactionId: testId('txn'),
    account: walletMeter(userId),
    amount,
    kind: amount < 0n ? 'adjustment' : 'grant',
    note: '',
    idempotencyKey: testId('idem'),
    actor: 'test',
    at: Date.now(),
  });
}

/** Sets the limit of `key_1`. */
export function testKeyLimit(database: Database, limit: bigint | null): Promise<void> {
  return database.transact((db) => setKeyLimit(db, database.kind, { keyId: 'key_1', limit, at: Date.now() }));
}

/** A ledger with short waits, that says nothing. */
export function testLedger(database: Database, dataDir: string, options: Partial<LedgerOptions> = {}): OpenLedger {
  const { heartbeatMs } = { heartbeatMs: 200, ...options };
  const ledger = openLedger({
    database,
    nodeId: 'n',
    dataDir,
    clock: { now: () => Date.now() },
    newId: testId,
    log: { warn: () => undefined, error: () => undefined },
    options: { postIntervalMs: 5, ...options, heartbeatMs },
  });
  const tidying = recallNowAndThen(ledger, heartbeatMs);
  return {
    ...ledger,
    async start() {
      await ledger.start();
      tidying.start();
    },
    async close() {
      await tidying.stop();
      await ledger.close();
    },
  };
}

/** Stands for the job that does this in a gateway. */
function recallNowAndThen(ledger: OpenLedger, everyMs: number) {
  let stopped = false;
  let wake = (): void => undefined;
  let running: Promise<void> | undefined;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await ledger.recall().catch(() => undefined);
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (stopped) resolve();
        else setTimeout(resolve, everyMs).unref();
      });
    }
  };
  return {
    start: () => {
      running = loop();
    },
    async stop(): Promise<void> {
      stopped = true;
      wake();
      await running;
    },
  };
}

/** Settles and resolves when the record is safe. */
export function settled(ledger: OpenLedger, hold: Hold, record: RequestRecord): Promise<void> {
  return new Promise((resolve) => ledger.settle(hold, record, resolve));
}

/** The hold, or a failure that names the refusal. */
export async function mustHold(ledger: OpenLedger, amount: bigint, key = false): Promise<Hold> {
  const answer: Hold | HoldRefusal = await ledger.hold(testPlan(amount, key));
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`);
  return answer;
}

/** Holds what the plan says, settles for `cost`, and posts that. */
export async function pay(
  ledger: OpenLedger,
  debits: readonly PlannedDebit[],
  cost: bigint,
  ids: Partial<RequestRecord> = {},
): Promise<void> {
  const hold = await ledger.hold(debits);
  if ('refused' in hold) throw new Error(`refused: ${hold.refused}`);
  await settled(ledger, hold, testRecord(cost, { debits, ...ids }));
  await ledger.flush();
}
