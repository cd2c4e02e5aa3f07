import type { PaymentMethodInput } from '@tollgate/contract/api/payments';
import type { StoredOrder } from '../../../store/payments/orders.ts';
import type { CallbackCall } from '../adapter.ts';

/** What a provider is told of an order. */
export type KnownOrder = Pick<StoredOrder, 'id' | 'reference'>;

/** A payment provider on loopback that does what its documentation says, with a hand for the test. */
export type FakeProvider = {
  /** A method that uses it. */
  input(name: string): Partial<PaymentMethodInput> & Pick<PaymentMethodInput, 'name' | 'provider'>;
  /** Does what the buyer does with what they are shown; answers with the callback that follows. */
  pay(
    order: KnownOrder,
    next: string,
    /** What is paid, where it is not what was asked. */
    paid?: { readonly amount?: string; readonly currency?: string },
  ): Promise<CallbackCall>;
  /** The callback with something else in it, and the signature of before. */
  forge(call: CallbackCall): CallbackCall;
  /** A callback with a right signature about an id that this provider was never asked about. */
  foreign(id: string): CallbackCall | Promise<CallbackCall>;
  /** Minor units that it gave back. */
  refunded(order: KnownOrder): number;
  /**
   * The payer's bank takes the money back; `won` afterwards, or lost. Undefined where that is not told, but known to who
   * asks. Absent for providers that know no disputes.
   */
  readonly dispute?: (order: KnownOrder, state: 'opened' | 'won' | 'lost') => Promise<CallbackCall | undefined>;
  readonly currencyCanDiffer: boolean;
  /** Refunds the whole of a payment only. */
  readonly wholeRefundsOnly?: boolean;
  /** Gives nothing back: a person sends it. */
  readonly refundsByHand?: boolean;
  /** Does not tell how much was refunded, when asked. */
  readonly forgetsRefunds?: boolean;
  /** The secret without which there is no door. Absent where the only secret is needed for everything. */
  readonly doorSecret?: string;
  /** Secrets with which it takes no call. */
  readonly wrongSecret: Readonly<Record<string, string>>;
  /** Where callbacks go when a buyer pays on the provider's own page, for providers that are not told with each order. */
  hook: string | undefined;
  close(): void;
};

/** A page of a provider's with one thing to do. */
export const page = (action: string, href: string): Response =>
  new Response(`<!doctype html><title>Cashier</title><a href="${href}">${action}</a>`, {
    headers: { 'content-type': 'text/html' },
  });

/** Sends a callback where callbacks go. */
export async function deliver(hook: string | undefined, { method, query, headers, body }: CallbackCall): Promise<void> {
  if (hook === undefined) return;
  await fetch(query.size === 0 ? hook : `${hook}?${query}`, {
    method: method.toUpperCase(),
    headers,
    ...(method === 'post' && { body: new Uint8Array(body) }),
  });
}

/** A posted callback with this body. */
export const posted = (body: string, headers: Readonly<Record<string, string>>): CallbackCall => ({
  method: 'post',
  query: new URLSearchParams(),
  headers: new Headers(headers),
  body: new TextEncoder().encode(body),
});

/** The same callback, with something else in its body. */
export const bodyChanged = (call: CallbackCall, from: string | RegExp, to: string): CallbackCall => {
  const before = new TextDecoder().decode(call.body);
  const after = before.replace(from, to);
  if (after === before) throw new Error('nothing was forged');
  return { ...call, body: new TextEncoder().encode(after) };
};
