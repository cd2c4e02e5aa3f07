import type { OrderView } from '@tollgate/contract/api/payments';
import type { paymentOperations } from '@tollgate/contract/operations/payments';
import { formatMinor, parseMinor } from '../../domain/payment.ts';
import { Refusal } from '../../domain/refusal.ts';
import { nanosToUsd, usdToNanos } from '../../services/accounts/people.ts';
import { buyPlan, quotePlan } from '../../services/payments/buy-plan.ts';
import { buyCredit, nextOf, quoteCredit } from '../../services/payments/buy.ts';
import {
  buyerNames,
  listCallbacks,
  listOrders,
  listPayable,
  methodNames,
  planNames,
} from '../../services/payments/lists.ts';
import {
  changePaymentMethod,
  createPaymentMethod,
  listPaymentMethods,
  removePaymentMethod,
} from '../../services/payments/methods.ts';
import { checkOrder, confirmOrder, readOrder, refundOrder } from '../../services/payments/settle-order.ts';
import { tryPaymentMethod } from '../../services/payments/try-method.ts';
import type { StoredOrder } from '../../store/payments/orders.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { CallerContext, Handlers } from './operation.ts';
import { presentPage, readCursor } from './page-cursor.ts';
import { schemaOf } from './schema-of.ts';
import { whoseOf } from './whose.ts';

/** Buying credit, and what administrators do with orders and payment methods. */
export const paymentHandlers = ({ payments }: AdminDeps): Handlers<typeof paymentOperations> => {
  const shown = async (order: StoredOrder): Promise<OrderView> => present(order, await namesOf(payments, [order]));
  const person = ({ caller, client }: CallerContext) => ({ label: caller.actor.label, address: client.address });
  return {
    'wallet.methods': async (_, { caller: { user } }) => ({
      data: (await listPayable(payments, user.id)).map(({ id, name, provider, currency, minimum, maximum }) => ({
        id,
        name,
        currency,
        minimumUsd: nanosToUsd(minimum),
        maximumUsd: nanosToUsd(maximum),
        savesCards: payments.adapters.get(provider)?.cards !== undefined,
      })),
    }),
    'wallet.quote': async ({ query: { methodId, amountUsd } }, { caller: { user } }) => {
      const ask = { user, methodId, credit: usdToNanos(amountUsd) };
      const { amount, currency, percentOff } = await quoteCredit(payments, ask);
      return { price: formatMinor(amount, currency), currency, percentOff };
    },
    'wallet.topUp': async ({ body: { methodId, amountUsd, idempotencyKey } }, { caller: { user }, client }) =>
      await shown(
        await buyCredit(payments, {
          user,
          methodId,
          credit: usdToNanos(amountUsd),
          clientKey: idempotencyKey,
          address: client.address,
        }),
      ),
    'wallet.quotePlan': async ({ query: { planId, methodId } }, { caller: { user } }) => {
      const { amount, currency, percentOff } = await quotePlan(payments, { user, methodId, planId });
      return { price: formatMinor(amount, currency), currency, percentOff };
    },
    'wallet.orderPlan': async (
      { body: { planId, methodId, idempotencyKey, saveCard } },
      { caller: { user }, client },
    ) => {
      const ask = { user, methodId, planId, clientKey: idempotencyKey, address: client.address };
      return await shown(await buyPlan(payments, ask, saveCard ? user : undefined));
    },
    'orders.list': async ({ query: { limit, after, userId, state } }, context) => {
      const ask = { limit, after: readCursor(after), userId: whoseOf(context, userId), state };
      const page = await listOrders(payments, ask);
      const names = await namesOf(payments, page.rows);
      return presentPage(page, (order) => present(order, names));
    },
    'orders.read': async ({ params }, { caller, reach }) =>
      await shown(await readOrder(payments, params.id, reach === 'any' ? undefined : caller.user.id)),
    'orders.check': async ({ params }, context) => await shown(await checkOrder(payments, person(context), params.id)),
    'orders.confirm': async ({ params, body }, context) =>
      await shown(await confirmOrder(payments, person(context), params.id, body.note)),
    'orders.refund': async ({ params, body: { amount, note } }, context) => {
      const { currency } = await readOrder(payments, params.id, undefined);
      const minor = amount === undefined ? undefined : parseMinor(amount, currency);
      if (amount !== undefined && minor === undefined)
        throw new Refusal('invalid_request', `is no amount of ${currency}`, { param: 'amount' });
      return await shown(await refundOrder(payments, person(context), params.id, { amount: minor, note }));
    },
    'paymentCallbacks.list': async ({ query: { limit, after, orderId } }) => {
      const names = await methodNames(payments);
      const page = await listCallbacks(payments, { limit, after: readCursor(after), orderId });
      return presentPage(page, (one) => ({ ...one, method: names.get(one.methodId) ?? one.methodId }));
    },
    'paymentProviders.list': async () => ({
      data: [...payments.adapters.values()].map(({ id, label, settings, secrets }) => ({
        id,
        label,
        settings: schemaOf(settings),
        secrets: schemaOf(secrets),
      })),
    }),
    'paymentMethods.list': async () => ({ data: await listPaymentMethods(payments) }),
    'paymentMethods.create': async ({ body }, { caller }) =>
      await createPaymentMethod(payments, caller.actor.label, body),
    'paymentMethods.update': async ({ params, body }, { caller }) =>
      await changePaymentMethod(payments, caller.actor.label, params.id, body),
    'paymentMethods.test': async ({ params }) => await tryPaymentMethod(payments, params.id),
    'paymentMethods.delete': async ({ params }, { caller }) => {
      await removePaymentMethod(payments, caller.actor.label, params.id);
    },
  };
};

type Names = {
  readonly methods: ReadonlyMap<string, string>;
  readonly plans: ReadonlyMap<string, string>;
  readonly buyers: ReadonlyMap<string, string>;
};

const namesOf = async (payments: AdminDeps['payments'], orders: readonly StoredOrder[]): Promise<Names> => ({
  methods: await methodNames(payments),
  plans: await planNames(payments),
  buyers: await buyerNames(payments, orders),
});

const present = (order: StoredOrder, { methods, plans, buyers }: Names): OrderView => ({
  id: order.id,
  userId: order.userId,
  userName: buyers.get(order.userId) ?? null,
  methodId: order.methodId,
  method: methods.get(order.methodId) ?? order.methodId,
  planId: order.planId ?? null,
  plan: order.planId === undefined ? null : (plans.get(order.planId) ?? order.planId),
  state: order.state,
  held: order.held ?? null,
  creditNanos: order.credit.toString(),
  takenNanos: order.taken.toString(),
  currency: order.currency,
  price: formatMinor(order.amount, order.currency),
  refunded: formatMinor(order.refunded, order.currency),
  reference: order.reference ?? null,
  cause: order.cause ?? null,
  next: nextOf(order) ?? null,
  expiresAt: order.expiresAt,
  paidAt: order.paidAt ?? null,
  createdAt: order.createdAt,
  updatedAt: order.updatedAt,
});
