import type { Db } from '../../store/database.ts';
import { namesOfUsers } from '../../store/names.ts';
import type { Page } from '../../store/page.ts';
import { billingDetailsRepository } from '../../store/paper/billing-details.ts';
import { paymentCallbackRepository, type PaymentCallback } from '../../store/payments/callbacks.ts';
import { paymentMethodRepository, type StoredMethod } from '../../store/payments/methods.ts';
import { orderRepository, type StoredOrder } from '../../store/payments/orders.ts';
import { planRepository } from '../../store/subscriptions/plans.ts';
import { salesOpen } from '../sales/sale-terms.ts';
import type { PaymentDeps } from './payment-deps.ts';

type ListDeps = Pick<PaymentDeps, 'database' | 'adapters' | 'snapshot'>;

/** Ways to pay that work now for a user, in the order they are shown; none while nothing is sold. */
export async function listPayable(
  { database, adapters, snapshot }: ListDeps,
  userId: string,
): Promise<readonly StoredMethod[]> {
  if (!(await salesOpen(database.db))) return [];
  const reachable = snapshot().settings.site.publicUrl !== '';
  const methods = await paymentMethodRepository.all(database.db);
  const country = await countryOf(database.db, userId);
  return methods.filter((method) => {
    const adapter = adapters.get(method.provider);
    return method.enabled && isOffered(method, country) && adapter !== undefined && (reachable || !adapter.remote);
  });
}

/** The country that the billing details of a user name; undefined for who said none. */
export const countryOf = async (db: Db, userId: string): Promise<string | undefined> =>
  (await billingDetailsRepository.find(db, userId))?.country || undefined;

/** Whether a method is offered in a country. Who did not say where they are is offered all of them. */
export const isOffered = ({ countries }: Pick<StoredMethod, 'countries'>, country: string | undefined): boolean =>
  countries.length === 0 || country === undefined || countries.includes(country);

/** What methods are called, by their ids. */
export async function methodNames({ database }: Pick<ListDeps, 'database'>): Promise<ReadonlyMap<string, string>> {
  const methods = await paymentMethodRepository.all(database.db);
  return new Map(methods.map(({ id, name }) => [id, name]));
}

/** What plans are called, by their ids. */
export async function planNames({ database }: Pick<ListDeps, 'database'>): Promise<ReadonlyMap<string, string>> {
  const plans = await planRepository.all(database.db);
  return new Map(plans.map(({ id, name }) => [id, name]));
}

/** Who the buyers of orders are, by their ids. */
export async function buyerNames(
  { database }: Pick<ListDeps, 'database'>,
  orders: readonly StoredOrder[],
): Promise<ReadonlyMap<string, string>> {
  const users = await namesOfUsers(database.db, new Set(orders.map(({ userId }) => userId)));
  return new Map(users.map(({ id, name }) => [id, name]));
}

export const listOrders = async (
  { database }: Pick<ListDeps, 'database'>,
  ask: Parameters<typeof orderRepository.page>[1],
): Promise<Page<StoredOrder>> => await orderRepository.page(database.db, ask);

export const listCallbacks = async (
  { database }: Pick<ListDeps, 'database'>,
  ask: Parameters<typeof paymentCallbackRepository.page>[1],
): Promise<Page<PaymentCallback>> => await paymentCallbackRepository.page(database.db, ask);
