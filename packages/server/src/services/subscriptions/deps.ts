import type { PaymentDeps } from '../payments/payment-deps.ts';

/** Named points at which a test stops the process. */
export type SubscriptionStep = 'subscribe:before-commit' | 'renew:before-commit' | 'sweep:before-commit';

/** What subscriptions work with. */
export type SubscriptionDeps = Pick<PaymentDeps, 'database' | 'jobs' | 'snapshot' | 'now' | 'newId'> & {
  readonly cut?: (step: SubscriptionStep) => void;
};

/** A database transaction of the services. */
export type Transact = Parameters<Parameters<SubscriptionDeps['database']['transact']>[0]>[0];
