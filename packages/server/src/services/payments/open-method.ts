import { Refusal } from '../../domain/refusal.ts';
import { withoutEnd } from '../../domain/without-end.ts';
import type { Db } from '../../store/database.ts';
import { paymentMethodRepository, type StoredMethod } from '../../store/payments/methods.ts';
import { paymentMethodContext } from '../secret-box/contexts.ts';
import type { AnyAdapter, PaymentContext } from './adapter.ts';
import type { PaymentDeps } from './payment-deps.ts';

/** A method with its adapter, settings and opened secrets. */
export type OpenMethod = {
  readonly method: StoredMethod;
  readonly adapter: AnyAdapter;
  readonly context: PaymentContext;
};

/** Opens a method by its id; undefined when there is none, or nobody knows its provider any more. */
export async function openMethod(deps: PaymentDeps, db: Db, id: string): Promise<OpenMethod | undefined> {
  const method = await paymentMethodRepository.find(db, id);
  return method && (await openStored(deps, method));
}

export async function openStored(deps: PaymentDeps, method: StoredMethod): Promise<OpenMethod | undefined> {
  const adapter = deps.adapters.get(method.provider);
  if (adapter === undefined) return undefined;
  if (!deps.secretBox.knows(method.sealed)) await deps.secretBox.reload();
  const { site } = deps.snapshot().settings;
  const base = withoutEnd(site.publicUrl, '/');
  const secrets: unknown = JSON.parse(deps.secretBox.open(method.sealed, paymentMethodContext(method.id)));
  const settings: unknown = JSON.parse(method.settings);
  return {
    method,
    adapter,
    context: {
      settings,
      secrets,
      fetch: deps.fetch,
      callbackUrl: `${base}/api/webhooks/payments/${method.id}`,
      returnUrl: (orderId) => `${base}/wallet?order=${encodeURIComponent(orderId)}`,
      walletUrl: `${base}/wallet`,
      siteName: site.name,
      currency: method.currency,
      payerAddress: '',
      now: deps.now(),
    },
  };
}

/** A provider that calls back and shows pages needs to know where we are. */
export function assertReachable(deps: PaymentDeps, adapter: AnyAdapter): void {
  if (adapter.remote && deps.snapshot().settings.site.publicUrl === '')
    throw new Refusal('conflict', 'Payments need the address of this gateway: set site.publicUrl first.');
}
