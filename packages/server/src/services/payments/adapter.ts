import type { z } from 'zod';
import type { Payment } from '../../domain/payment.ts';
import type { StoredOrder } from '../../store/payments/orders.ts';

/** What the buyer does next. */
export type NextStep =
  | { readonly kind: 'redirect'; readonly url: string }
  /** Read and done by a person: where to send the money, and what to write on it. */
  | { readonly kind: 'instructions'; readonly text: string }
  /** What a QR code says that the payer's app scans. */
  | { readonly kind: 'code'; readonly text: string };

/** What an adapter works with for one method: opened settings and secrets, and the way out. */
export type PaymentContext<S = unknown, K = unknown> = {
  readonly settings: S;
  readonly secrets: K;
  /** Asks the provider. Redirects are not followed, and it gives up in time. */
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** Where the provider tells what became of a payment. */
  readonly callbackUrl: string;
  /** Where the buyer comes back to. */
  readonly returnUrl: (orderId: string) => string;
  /** Where somebody who saved a card comes back to. */
  readonly walletUrl: string;
  readonly siteName: string;
  /** The method's own. */
  readonly currency: string;
  /** IP address of who pays; empty where nobody is about to. */
  readonly payerAddress: string;
  /** ms since the epoch. */
  readonly now: number;
};

/** A callback as it came; nothing about it is proved yet. */
export type CallbackCall = {
  readonly method: 'get' | 'post';
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** Which order a callback is about: the provider's id of it, our own, or both. */
export type OrderRef = { readonly reference: string | undefined; readonly orderId: string | undefined };

/** A callback that is proved: what it is about and what it says. Without a payment it only says: look. */
export type ProvedCallback =
  | {
      readonly about: OrderRef;
      readonly payment: Payment | undefined;
      /** It says no more than that the order was paid: told late, that ends no dispute. Absent: false. */
      readonly onlyPaid?: boolean;
    }
  /** Nothing that an order could be changed by. */
  | { readonly about: undefined; readonly ignored: string };

/** Why a callback is not believed; said to the operator, not to the caller. */
export class CallbackRefused extends Error {}

/** A card that a provider keeps. */
export type SavedCard = {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  /** Its last month, such as `2031-04`. */
  readonly expires: string;
};

/** Keeping cards, and charging them while nobody is there. */
export type CardVault<S, K> = {
  /** Makes somebody known to the provider, and answers with its id of them. The same `key` is the same payer. */
  addPayer(
    context: PaymentContext<S, K>,
    payer: { readonly userId: string; readonly email: string | undefined; readonly key: string },
  ): Promise<string>;
  /** The address of a page where a payer gives a card to be kept, which leads back to `returnUrl`. */
  collect(context: PaymentContext<S, K>, payer: string, returnUrl: string): Promise<string>;
  list(context: PaymentContext<S, K>, payer: string): Promise<readonly SavedCard[]>;
  /** Forgets a card of a payer; one that is not theirs stays. */
  forget(context: PaymentContext<S, K>, payer: string, cardId: string): Promise<void>;
  /** Charges the card of an order; a refusal is a payment that failed. The same order is the same payment. */
  charge(context: PaymentContext<S, K>, order: StoredOrder): Promise<Payment>;
};

/** One payment provider. All of them pass one suite (payments.test.ts). */
export type PaymentAdapter<S = unknown, K = unknown> = {
  readonly id: string;
  readonly label: string;
  /** What an operator sets, and which of it is secret. */
  readonly settings: z.ZodType<S>;
  readonly secrets: z.ZodType<K>;
  /** Currencies it can charge; absent for any. */
  readonly currencies?: readonly string[];
  /** Minor units of which every amount in a currency is a whole multiple; absent for 1 of all. */
  readonly step?: (currency: string) => bigint;
  /** The secret that callbacks are proved by; without one there is no door. Undefined for a provider that never calls. */
  readonly callbackSecret: (secrets: K) => string | undefined;
  /** Whether the provider shows the buyer a page of its own, so that the gateway must know its own address. */
  readonly remote: boolean;
  /** Begins a payment. May be called again for the same order: then it is the same payment. */
  create(
    context: PaymentContext<S, K>,
    order: StoredOrder,
  ): Promise<{ readonly reference: string | undefined; readonly next: NextStep }>;
  /** Proves a callback, or throws {@link CallbackRefused}. */
  readCallback(context: PaymentContext<S, K>, call: CallbackCall): Promise<ProvedCallback>;
  /** What the provider knows of an order's payment; undefined when nothing. Absent where providers cannot be asked. */
  readonly fetchBack?: (context: PaymentContext<S, K>, order: StoredOrder) => Promise<Payment | undefined>;
  /** Gives back so much (minor units) at the provider. `key` is the same for the same refund. Absent where a person does it. */
  readonly refund?: (
    context: PaymentContext<S, K>,
    order: StoredOrder,
    ask: { readonly amount: bigint; readonly key: string },
  ) => Promise<void>;
  /** Payments since a moment (ms), for those that nobody told of. */
  readonly listSince?: (
    context: PaymentContext<S, K>,
    since: number,
  ) => Promise<readonly { readonly about: OrderRef; readonly payment: Payment }[]>;
  /** Absent where cards are not kept. With it, `fetchBack` finds the payment of an order with a card by that order alone. */
  readonly cards?: CardVault<S, K>;
  /** Asks for something harmless, to see that settings and secrets are right; throws when they are not. */
  readonly probe?: (context: PaymentContext<S, K>) => Promise<void>;
  /** What the provider wants to hear when a callback has been taken. */
  readonly thanks: string;
  /** Headers beside it, such as a signature. */
  readonly thanksHeaders?: (context: PaymentContext<S, K>, thanks: string) => Readonly<Record<string, string>>;
};

/** An adapter with the types of its settings and secrets gone: they are parsed by its own schemas. */
export type AnyAdapter = PaymentAdapter;

/** Closes an adapter over its own schemas, so that what is stored is checked before it is used. */
export function defineAdapter<S, K>(adapter: PaymentAdapter<S, K>): AnyAdapter {
  const { fetchBack, refund, listSince, probe, cards, step, thanksHeaders } = adapter;
  const typed = (context: PaymentContext): PaymentContext<S, K> => ({
    ...context,
    settings: adapter.settings.parse(context.settings),
    secrets: adapter.secrets.parse(context.secrets),
  });
  return {
    id: adapter.id,
    label: adapter.label,
    settings: adapter.settings,
    secrets: adapter.secrets,
    remote: adapter.remote,
    ...(adapter.currencies && { currencies: adapter.currencies }),
    ...(step && { step }),
    thanks: adapter.thanks,
    ...(thanksHeaders && { thanksHeaders: (context, thanks) => thanksHeaders(typed(context), thanks) }),
    callbackSecret: (secrets) => adapter.callbackSecret(adapter.secrets.parse(secrets)),
    create: async (context, order) => await adapter.create(typed(context), order),
    readCallback: async (context, call) => await adapter.readCallback(typed(context), call),
    ...(fetchBack && { fetchBack: async (context, order) => await fetchBack(typed(context), order) }),
    ...(refund && { refund: async (context, order, ask) => await refund(typed(context), order, ask) }),
    ...(cards && {
      cards: {
        addPayer: async (context, payer) => await cards.addPayer(typed(context), payer),
        collect: async (context, payer, returnUrl) => await cards.collect(typed(context), payer, returnUrl),
        list: async (context, payer) => await cards.list(typed(context), payer),
        forget: async (context, payer, cardId) => await cards.forget(typed(context), payer, cardId),
        charge: async (context, order) => await cards.charge(typed(context), order),
      },
    }),
    ...(probe && { probe: async (context) => await probe(typed(context)) }),
    ...(listSince && { listSince: async (context, since) => await listSince(typed(context), since) }),
  };
}
