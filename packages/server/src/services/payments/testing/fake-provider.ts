import type { PaymentMethodInput } from '@tollgate/contract/api/payments';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import type { CallbackCall } from '../adapter.ts';

/** A payment provider on loopback that does what its documentation says, with a hand for the test. */
export type FakeProvider = {
  /** A method that uses it. */
  input(name: string): Partial<PaymentMethodInput> & Pick<PaymentMethodInput, 'name' | 'provider'>;
  /** Does what the buyer does at the address they are sent to; answers with the callback that follows. */
  pay(
    order: StoredOrder,
    next: string,
    /** What is paid, where it is not what was asked. */
    paid?: { readonly amount?: string; readonly currency?: string },
  ): Promise<CallbackCall>;
  /** The callback with something else in it, and the signature of before. */
  forge(call: CallbackCall): CallbackCall;
  /** A callback with a right signature about an id that this provider was never asked about. */
  foreign(id: string): CallbackCall | Promise<CallbackCall>;
  /** Minor units that it gave back. */
  refunded(order: StoredOrder): number;
  readonly currencyCanDiffer: boolean;
  /** Where callbacks go when a buyer pays on the provider's own page, for providers that are not told with each order. */
  hook: string | undefined;
  close(): void;
};

/** A page of a provider's with one thing to do. */
export const page = (action: string, href: string): Response =>
  new Response(`<!doctype html><title>Cashier</title><a href="${href}">${action}</a>`, {
    headers: { 'content-type': 'text/html' },
  });
