import { Refusal } from '../../domain/refusal.ts';
import { openMethod } from './open-method.ts';
import type { PaymentDeps } from './payment-deps.ts';

/** Whether a method's provider takes its settings and secrets; `problem` says why not, in the provider's words. */
export async function tryPaymentMethod(
  deps: PaymentDeps,
  id: string,
): Promise<{ readonly ok: boolean; readonly problem: string | null }> {
  const open = await openMethod(deps, deps.database.db, id);
  if (open === undefined) throw new Refusal('not_found', 'There is no such payment method.');
  if (open.adapter.probe === undefined) return { ok: true, problem: null };
  try {
    await open.adapter.probe(open.context);
    return { ok: true, problem: null };
  } catch (error) {
    return { ok: false, problem: (error instanceof Error ? error.message : 'it failed').slice(0, 300) };
  }
}
