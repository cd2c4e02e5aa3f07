import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planDebits } from '../../domain/debits.ts';
import { walletMeter } from '../../domain/meters.ts';
import { nanos } from '../../domain/money.ts';
import { createIdSource } from '../../ids.ts';
import { openLedger } from '../../services/ledger/ledger.ts';
import type { Ledger } from '../../services/ledger/types.ts';
import { verify, type Verification } from '../../services/ledger/verify.ts';
import type { Database } from '../../store/database.ts';
import { postCredit } from '../../store/ledger/journal.ts';
import { meterStatus } from '../../store/ledger/meters.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import type { RelayDeps } from '../deps.ts';

/** A database in which the wallet is filled already, and the folder of who writes there. */
export type GivenBooks = { readonly database: Database; readonly dataDir: string };

export type TestBooks = {
  readonly database: Database;
  readonly dataDir: string;
  readonly nodeId: string;
  readonly ledger: Ledger;
  spendAll(): Promise<void>;
  leave(amount: bigint): Promise<void>;
  balance(): Promise<bigint>;
  verify(): Promise<Verification>;
  close(): Promise<void>;
};

/** A real ledger on a database in memory, with 100 USD in the wallet. */
export async function openTestBooks(
  userId: string,
  clock: RelayDeps['clock'],
  given: GivenBooks | undefined,
): Promise<TestBooks> {
  const database = given?.database ?? (await openInMemory());
  const newId = createIdSource(clock.now, randomBytes);
  const credit = async (amount: bigint): Promise<void> => {
    await postCredit(database, {
      transactionId: `txn_${newId()}`,
      kind: 'adjustment',
      account: walletMeter(userId),
      amount,
      note: 'test',
      idempotencyKey: newId(),
      actor: 'test',
      at: clock.now(),
    });
  };
  if (!given) await credit(100_000_000_000n);
  const dataDir = given?.dataDir ?? mkdtempSync(join(tmpdir(), 'tollgate-relay-'));
  const ledger = openLedger({
    database,
    nodeId: 'test',
    dataDir,
    clock,
    newId: (kind) => `${kind}_${newId()}`,
    log: { warn: () => undefined, error: (fields) => console.error(fields) },
    options: { recallWaitMs: 50, refusalMemoMs: 0 },
  });
  await ledger.start();
  return {
    database,
    dataDir,
    nodeId: ledger.stats().nodeId,
    ledger,
    leave: (amount) => credit(amount - 100_000_000_000n),
    async balance() {
      await ledger.flush();
      const wallet = walletMeter(userId);
      return (await meterStatus(database, [wallet])).get(wallet)?.remaining ?? 0n;
    },
    async verify() {
      await ledger.flush();
      return await verify(database, clock.now());
    },
    async spendAll() {
      await credit(-100_000_000_000n);
      // The lease in memory goes back at the next look for recalls.
      for (;;) {
        const hold = await ledger.hold(
          planDebits({ id: 'key_none', limited: false, user: { id: userId } }, nanos(1_000_000n), clock.now()),
        );
        if ('refused' in hold) return;
        await Bun.sleep(50);
      }
    },
    async close() {
      await ledger.close();
      await database.close();
      if (!given) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
