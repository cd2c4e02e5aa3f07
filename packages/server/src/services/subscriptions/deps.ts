import type { StoredSubscription } from '../../store/subscriptions/subscriptions.ts';
import type { PaymentDeps } from '../payments/payment-deps.ts';

/** Named points at which a test stops the process. */
export type SubscriptionStep = 'subscribe:before-commit' | 'renew:before-commit' | 'sweep:before-commit';

/** What subscriptions work with. */
export type SubscriptionDeps = Pick<PaymentDeps, 'database' | 'jobs' | 'snapshot' | 'now' | 'newId'> & {
  /** Absent where nobody can be charged while they are away. */
  readonly cards?: SubscriptionCards;
  readonly cut?: (step: SubscriptionStep) => void;
};

/** What a saved card is charged for. */
export type CardAsk = {
  /** Nano-dollars of credit. */
  readonly price: bigint;
  readonly cause: 'renewal' | 'plan_change';
  /** What the tries to charge it are numbered for. */
  readonly key: string;
  /** A card that was refused is not tried again for so long. */
  readonly restMs: number;
};

/** Saved cards, as subscriptions use them. */
type SubscriptionCards = {
  /** What a card of a user is called, or a refusal. */
  label(userId: string, card: { readonly methodId: string; readonly cardId: string }): Promise<string>;
  /**
   * Charges the card of a subscription. What is paid is credit in the wallet; with the cause `renewal` the next term has
   * begun with it, in the same transaction, if it could.
   */
  charge(one: StoredSubscription, ask: CardAsk): Promise<'paid' | 'open' | 'failed'>;
};

/** A database transaction of the services. */
export type Transact = Parameters<Parameters<SubscriptionDeps['database']['transact']>[0]>[0];
