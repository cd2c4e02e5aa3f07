import type { AnyAdapter } from '../adapter.ts';
import { creem } from './creem.ts';
import { epay } from './epay.ts';
import { manual } from './manual.ts';
import { stripe } from './stripe.ts';

/** Every payment provider, by its id. */
export const paymentAdapters: ReadonlyMap<string, AnyAdapter> = new Map(
  [stripe, creem, epay, manual].map((adapter) => [adapter.id, adapter]),
);
