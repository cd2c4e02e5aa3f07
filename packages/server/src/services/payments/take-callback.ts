import { paymentCallbackRepository } from '../../store/payments/callbacks.ts';
import { CallbackRefused, type CallbackCall } from './adapter.ts';
import { applyPayment } from './apply-payment.ts';
import { findOrder, lookAt } from './look.ts';
import { openMethod, type OpenMethod } from './open-method.ts';
import type { PaymentDeps } from './payment-deps.ts';

/** What the caller hears: that it was taken, or that it was not believed. Whatever fails on our side is thrown. */
export type CallbackAnswer =
  | { readonly taken: true; readonly thanks: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly taken: false };

/** The secret by which callbacks of a method are proved; undefined, and there is no door. */
export async function callbackSecret(deps: PaymentDeps, methodId: string): Promise<string | undefined> {
  const open = await openMethod(deps, deps.database.db, methodId);
  return open?.adapter.callbackSecret(open.context.secrets);
}

/**
 * Takes what a provider says: proves it, finds its order, asks the provider itself where it can be asked, and credits
 * before it answers. Whatever is refused is written down with the reason, for the operator alone.
 */
export async function takeCallback(
  deps: PaymentDeps,
  methodId: string,
  call: CallbackCall & { readonly address: string },
): Promise<CallbackAnswer> {
  const open = await openMethod(deps, deps.database.db, methodId);
  if (open === undefined) return { taken: false };
  const note = async (outcome: 'refused' | 'unchanged', reason: string, orderId: string | null = null) =>
    await noteCallback(deps, open, { outcome, reason, orderId, address: call.address });
  try {
    const proved = await open.adapter.readCallback(open.context, call);
    if (proved.about === undefined) {
      await note('unchanged', proved.ignored);
      return thank(open);
    }
    const order = await findOrder(deps, open, proved.about);
    if (order === undefined) throw new CallbackRefused('it is about no order of this payment method');
    if (proved.onlyPaid === true && order.state === 'disputed') {
      await note('unchanged', 'that it was paid ends no dispute', order.id);
      return thank(open);
    }
    const heard = { source: 'callback', actor: `payment:${open.method.provider}`, address: call.address } as const;
    const named = { ...order, reference: order.reference ?? proved.about.reference };
    if (proved.payment !== undefined) await applyPayment(deps, order.id, proved.payment, heard);
    else if ((await lookAt(deps, named, heard)) === undefined)
      throw new CallbackRefused('the provider, when asked, knows nothing of it');
    return thank(open);
  } catch (error) {
    if (!(error instanceof CallbackRefused)) {
      await note('refused', `not taken, to be sent again: ${error instanceof Error ? error.message : 'a failure'}`);
      throw error;
    }
    await note('refused', error.message);
    return { taken: false };
  }
}

const thank = ({ adapter, context }: OpenMethod): CallbackAnswer => {
  const { thanks } = adapter;
  return { taken: true, thanks, headers: adapter.thanksHeaders?.(context, thanks) ?? {} };
};

/** Refusals written down in a minute, for each method: whoever forges callbacks must not fill the database. */
const notedPerMinute = 30;
type Noted = { readonly minute: number; count: number };
const noted = new WeakMap<PaymentDeps['database'], Map<string, Noted>>();

async function noteCallback(
  deps: PaymentDeps,
  { method }: OpenMethod,
  said: {
    readonly outcome: 'refused' | 'unchanged';
    readonly reason: string;
    readonly orderId: string | null;
    readonly address: string;
  },
): Promise<void> {
  const minute = Math.floor(deps.now() / 60_000);
  let byMethod = noted.get(deps.database);
  if (!byMethod) noted.set(deps.database, (byMethod = new Map<string, Noted>()));
  let counted = byMethod.get(method.id);
  if (counted?.minute !== minute) byMethod.set(method.id, (counted = { minute, count: 0 }));
  counted.count += 1;
  if (counted.count > notedPerMinute) return;
  await paymentCallbackRepository.insert(deps.database.db, {
    id: `pc_${deps.newId()}`,
    methodId: method.id,
    source: 'callback',
    createdAt: deps.now(),
    ...said,
  });
}
