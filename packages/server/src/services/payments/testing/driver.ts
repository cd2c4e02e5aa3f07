import { openDatabase } from '../../../store/database.ts';
import { buyPlan } from '../buy-plan.ts';
import { buyCredit } from '../buy.ts';
import { topUpLow } from '../cards/run-auto-top-ups.ts';
import type { PaymentStep } from '../payment-deps.ts';
import { refundOrder } from '../settle-order.ts';
import { takeCallback } from '../take-callback.ts';
import { openPayments } from './payments.ts';

/** A process that does one thing to an order and is killed on the way; crash.test.ts starts it. */
export type DriverPlan = {
  readonly url: string;
  readonly killAt: PaymentStep;
  readonly methodId: string;
  readonly userId: string;
  readonly act:
    | { readonly kind: 'buy'; readonly credit: string; readonly clientKey: string; readonly planId?: string }
    | { readonly kind: 'take'; readonly query: string }
    | { readonly kind: 'topUp' }
    | { readonly kind: 'refund'; readonly orderId: string };
};

const { url, killAt, methodId, userId, act } = JSON.parse(process.argv[2] ?? '') as DriverPlan;
const database = await openDatabase(url, { poolSize: 2 });
const { deps } = await openPayments(database, {
  fault: (step) => {
    if (step === killAt) process.kill(process.pid, 'SIGKILL');
  },
  newId: () => crypto.randomUUID().replaceAll('-', '').slice(0, 21),
});

switch (act.kind) {
  case 'buy': {
    const ask = { user: { id: userId, group: 'default' }, methodId, clientKey: act.clientKey, address: '' };
    await (act.planId === undefined
      ? buyCredit(deps, { ...ask, credit: BigInt(act.credit) })
      : buyPlan(deps, { ...ask, planId: act.planId }));
    break;
  }
  case 'take':
    await takeCallback(deps, methodId, {
      method: 'get',
      query: new URLSearchParams(act.query),
      headers: new Headers(),
      body: new Uint8Array(),
      address: '',
    });
    break;
  case 'topUp':
    await topUpLow(deps, userId);
    break;
  case 'refund':
    await refundOrder(deps, { label: 'user:usr_root', address: '' }, act.orderId, { amount: undefined, note: '' });
}
throw new Error(`nothing passed ${killAt}`);
