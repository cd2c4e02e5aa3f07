import { walletMeter } from '../../../domain/meters.ts';
import { postCredit } from '../../../store/ledger/journal.ts';
import { testId } from '../../ledger/testing/ledger.ts';
import { verify } from '../../ledger/verify.ts';
import { collectCard, listCards } from '../cards/saved-cards.ts';
import { paymentJobs } from '../look.ts';
import { openFakeStripe } from './fake-stripe.ts';
import { openShop } from './payments.ts';

/** A shop whose provider keeps cards, and a user with a saved one. Close its `fake`. */
export async function openCardShop(
  database: Parameters<typeof openShop>[0],
  settings: Readonly<Record<string, boolean>> = {},
) {
  const shop = await openShop(database);
  const { deps, user, clock } = shop;
  const fake = openFakeStripe(() => clock.ms);
  const input = fake.input('Card');
  const method = await shop.method({ ...input, settings: { ...input.settings, ...settings } });
  const owner = { id: user.id, group: 'default', timeZone: 'Asia/Shanghai', email: 'ann@example.com' };
  const save = async (): Promise<void> => {
    const url = await collectCard(deps, owner, method.id);
    // Leads back to the wallet, which is nowhere here.
    await fetch(`${url}/done`, { redirect: 'manual' });
  };
  await save();
  /** The card that was saved last. */
  const card = async () => {
    const kept = (await listCards(deps, user.id)).at(-1);
    if (kept === undefined) throw new Error('no card was saved');
    return kept;
  };
  /** Puts an amount (nano-dollars) into the wallet, or takes it. */
  const move = async (amount: bigint): Promise<void> => {
    await postCredit(database, {
      transactionId: testId('tx'),
      account: walletMeter(user.id),
      amount,
      kind: 'adjustment',
      note: '',
      idempotencyKey: testId('key'),
      actor: 'test',
      at: deps.now(),
    });
  };
  /** The jobs that look after orders have all run. */
  const looked = async (): Promise<void> => {
    const handler = paymentJobs(deps).find(({ kind }) => kind.name === 'payments.look');
    for (const { id } of await database.db.selectFrom('orders').select('id').execute()) {
      const work = handler?.open(JSON.stringify({ orderId: id }));
      if (work === undefined || !('run' in work)) throw new Error('nobody looks after orders');
      const { signal } = new AbortController();
      await work.run({ id: 'job_1', attempt: 1, dueAt: 0, signal, finish: async () => {} });
    }
  };
  const books = async () => await verify(database, Date.now());
  return { ...shop, database, fake, method, owner, save, card, move, looked, books };
}
