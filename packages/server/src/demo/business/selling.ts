import { billingDetailsSchema } from '@tollgate/contract/api/invoices';
import { paymentMethodInputSchema } from '@tollgate/contract/api/payments';
import { planInputSchema } from '@tollgate/contract/api/plans';
import { codeBatchInputSchema } from '@tollgate/contract/api/redemption';
import { saleTermsVersion } from '@tollgate/contract/api/sales';
import { openJobs } from '../../services/jobs/jobs.ts';
import { usdToNanos } from '../../services/accounts/people.ts';
import { changeBillingDetails } from '../../services/paper/invoices.ts';
import { askProvider, type PaymentDeps } from '../../services/payments/payment-deps.ts';
import { buyCredit } from '../../services/payments/buy.ts';
import { createPaymentMethod } from '../../services/payments/methods.ts';
import { paymentAdapters } from '../../services/payments/providers/index.ts';
import { confirmOrder, refundOrder } from '../../services/payments/settle-order.ts';
import { createCodeBatch } from '../../services/sales/code-batches.ts';
import { redeemCode } from '../../services/sales/redeem.ts';
import { confirmSaleTerms } from '../../services/sales/sale-terms.ts';
import { createPlan } from '../../services/subscriptions/plans.ts';
import { grantPlan, subscribe } from '../../services/subscriptions/subscribe.ts';
import type { Deed } from '../month.ts';
import type { Company, Member } from '../settle-in.ts';
import type { Stage } from '../stage.ts';

/** Told what came into a wallet beside the top-ups, in nano-dollars; below zero what went out. */
export type Moved = (userId: string, amount: bigint) => void;

/** The payments of a gateway at a moment of the past; what waits for later waits until the gateway is started. */
export function openPayments({ foundation, accounts, newId, at }: Stage): PaymentDeps {
  const { database, secretBox, snapshots, log } = foundation;
  const jobs = openJobs({ database, nodeId: 'demo', now: at, random: () => 0.5, newId, log });
  return {
    database,
    secretBox,
    jobs,
    snapshot: snapshots.current,
    adapters: paymentAdapters,
    fetch: askProvider,
    now: accounts.now,
    newId,
  };
}

const officeAddress = '203.0.113.24';

/** Credit and plans that are sold: to partners by transfer, to everybody by code, to whoever wants a plan out of the wallet. */
export function sellingDeeds(stage: Stage, company: Company, moved: Moved): readonly Deed[] {
  const { accounts } = stage;
  const { root } = company;
  const payments = openPayments(stage);
  const named = (name: string): Member => memberNamed(company, name);
  const made = { method: '', plans: new Map<string, string>(), codes: [] as string[] };
  const planOf = (name: string): string => made.plans.get(name) ?? '';
  const redeem = (name: string) => async (): Promise<void> => {
    const { user } = named(name);
    const code = made.codes.shift() ?? '';
    moved(user.id, await redeemCode(accounts, { user, code, address: officeAddress }));
  };
  const take = (name: string, plan: (typeof plans)[number]['name']) => async (): Promise<void> => {
    const { user } = named(name);
    const ask = { userId: user.id, planId: planOf(plan), clientKey: `demo:${plan}`, actor: `user:${user.id}` };
    await subscribe(payments, ask);
    moved(user.id, 0n - usdToNanos(plans.find((one) => one.name === plan)?.priceUsd ?? '0'));
  };
  return [
    {
      daysAgo: 29.5,
      run: async () => {
        const { userId = '', label: actor } = root;
        await confirmSaleTerms(accounts, {
          version: saleTermsVersion,
          confirmed: true,
          userId,
          address: officeAddress,
          actor,
        });
        made.method = (await createPaymentMethod(payments, root.label, transfer)).id;
        for (const plan of plans)
          made.plans.set(plan.name, (await createPlan(payments, root.label, planInputSchema.parse(plan))).id);
      },
    },
    {
      daysAgo: 28.4,
      run: async () => {
        const expiresAt = stage.at() + 90 * 86_400_000;
        const batch = codeBatchInputSchema.parse({ ...vouchers, expiresAt });
        made.codes.push(...(await createCodeBatch(accounts, root, batch)).codes);
      },
    },
    ...['Grace Kim', 'Henrik Larsen', 'Julia Kowalska', 'Isabel Torres', 'Marco Bianchi', 'Kwame Mensah'].map(
      (name, index): Deed => ({ daysAgo: 27.6 - index * 3.9, run: redeem(name) }),
    ),
    ...orders.map((order): Deed => ({
      daysAgo: order.daysAgo,
      run: async () => {
        const { user } = named(order.who);
        await changeBillingDetails(accounts, user.id, billingDetailsSchema.parse(order.billing));
        const credit = usdToNanos(order.usd);
        const ask = { user, methodId: made.method, credit, clientKey: `demo:${order.daysAgo}`, address: officeAddress };
        const { id } = await buyCredit(payments, ask);
        if (order.paid === undefined) return;
        stage.goTo(stage.at() + 40 * 60_000);
        const clerk = { label: root.label, address: officeAddress };
        await confirmOrder(payments, clerk, id, order.paid);
        moved(user.id, credit);
        if (order.back === undefined) return;
        await refundOrder(payments, clerk, id, { amount: order.back, note: 'Paid twice' });
        moved(user.id, -(order.back * 10_000_000n));
      },
    })),
    // Of late: what they pay for is asked while the demonstration is open.
    { daysAgo: 0.12, run: take('Maya Lindqvist', 'Maker') },
    { daysAgo: 0.11, run: take('Priya Raman', 'Workshop') },
    { daysAgo: 0.1, run: take('Jonas Weber', 'Workshop') },
    { daysAgo: 0.09, run: take('Yuki Mori', 'Maker') },
    {
      daysAgo: 0.08,
      run: async () => {
        const userId = named('Ingrid Solberg').user.id;
        const ask = { userId, planId: planOf('Maker'), clientKey: 'demo:gift', actor: root.label, renews: false };
        await grantPlan(payments, ask);
      },
    },
  ];
}

export function memberNamed({ members }: Company, name: string): Member {
  const found = members.find(({ person }) => person.name === name);
  if (found === undefined) throw new Error(`the cast has nobody called ${name}`);
  return found;
}

const transfer = paymentMethodInputSchema.parse({
  name: 'Bank transfer',
  provider: 'manual',
  minimumUsd: '20',
  discounts: [{ fromUsd: '500', percent: 5 }],
  settings: {
    instructions:
      'Northwind AI Ltd\nIBAN DE02 1203 0000 0000 2020 51\nBIC BYLADEM1001\nPlease name the order below as reference.',
  },
});

const vouchers = { name: 'Developer days, autumn', amountUsd: '10', count: 40, prefix: 'DEV' } as const;

const plans = [
  {
    name: 'Maker',
    description: 'For what one builds beside the work.',
    priceUsd: '9',
    amount: '12',
    position: 1,
  },
  {
    name: 'Workshop',
    description: 'For who has a model at hand all day; what is left over is kept for a month.',
    priceUsd: '39',
    amount: '60',
    rollover: true,
    position: 2,
  },
  {
    name: 'Team seat',
    description: 'One allowance for a team, by the seat.',
    priceUsd: '25',
    amount: '35',
    perSeat: true,
    position: 3,
  },
] as const;

type Order = {
  readonly daysAgo: number;
  readonly who: string;
  readonly usd: string;
  /** The note of who saw the money; undefined while nobody has. */
  readonly paid?: string;
  /** Given back, in cents. */
  readonly back?: bigint;
  readonly billing: Readonly<Record<string, string>>;
};

const acme = {
  name: 'Acme Logistics GmbH',
  address: 'Hafenstraße 12\n20457 Hamburg',
  country: 'DE',
  taxId: 'DE811907980',
};
const harbor = { name: 'Blue Harbor Travel Ltd', address: '8 Quay Street\nBristol BS1 4DJ', country: 'GB' };

const orders: readonly Order[] = [
  { daysAgo: 26.3, who: 'Acme Logistics', usd: '200', paid: 'Statement 2211', billing: acme },
  { daysAgo: 19.7, who: 'Blue Harbor Travel', usd: '100', paid: 'Statement 2218', billing: harbor },
  { daysAgo: 12.2, who: 'Acme Logistics', usd: '500', paid: 'Statement 2225', back: 5000n, billing: acme },
  {
    daysAgo: 6.5,
    who: 'Evergreen Foods',
    usd: '60',
    paid: 'Statement 2231',
    billing: { name: 'Evergreen Foods', address: '300 Pine Road\nPortland, OR 97205', country: 'US' },
  },
  { daysAgo: 0.7, who: 'Blue Harbor Travel', usd: '250', billing: harbor },
];
