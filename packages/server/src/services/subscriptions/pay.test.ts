import { expect, test } from 'bun:test';
import { walletMeter } from '../../domain/meters.ts';
import { Refusal } from '../../domain/refusal.ts';
import { acquireLease, giveBack, recallsFor } from '../../store/ledger/leases.ts';
import { openInMemory } from '../../store/testing/schema-copies.ts';
import { testCredit } from '../ledger/testing/ledger.ts';
import { withWallet } from './pay.ts';

const nobody = (): void => undefined;

test('a wallet whose money a gateway leases is not said to be empty while that gateway is silent', async () => {
  const database = await openInMemory();
  await testCredit(database, 100n);
  const lease = { nodeId: 'gateway', meterId: walletMeter('usr_1'), at: 1 };
  const wish = { ...lease, atLeast: 1n, wanted: 1n, alive: 1, recall: false, opens: undefined };
  expect((await acquireLease(database, wish, nobody)).granted).toBe(100n);
  const buy = async (price: bigint, silentMs: number): Promise<string> => {
    const waits = { answeredMs: 20, silentMs, pauseMs: 2 };
    // A clock that stands still tells one asking from the next all the same.
    const deps = { database, now: () => 1 };
    try {
      const bought = await withWallet(deps, 'usr_1', price, () => Promise.resolve('bought'), waits);
      return bought === 'short' ? bought : bought.done;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  };
  expect(await buy(101n, 60)).toBe('short');
  expect(await buy(50n, 60)).toBe('ledger_unavailable');
  // From here on it answers, and needs most of what it has.
  let over = false;
  const answering = (async () => {
    while (!over) {
      const asked = (await recallsFor(database, lease.nodeId)).length > 0;
      if (asked) await giveBack(database, { ...lease, idle: ({ amount }) => amount - 70n }, nobody);
      await Bun.sleep(1);
    }
  })();
  expect([await buy(50n, 1e6), await buy(30n, 1e6)]).toEqual(['short', 'bought']);
  over = true;
  await answering;
  await database.close();
});
