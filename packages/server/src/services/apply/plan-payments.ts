import type { ConfigFile } from '@tollgate/contract/config-file';
import { z } from 'zod';
import type { StoredMethod } from '../../store/payments/methods.ts';
import { paymentMethodRepository } from '../../store/payments/methods.ts';
import { orderRepository } from '../../store/payments/orders.ts';
import { toJson } from '../configuration/masking.ts';
import { paymentAdapters } from '../payments/providers/index.ts';
import { inputOf, wantMethod, type Wanted } from '../payments/want-method.ts';
import { recordWrite } from '../record-write.ts';
import { paymentMethodContext } from '../secret-box/contexts.ts';
import type { Db } from '../../store/database.ts';
import { compareFields, methodFields } from './fields.ts';
import type { RunnableStep } from './plan.ts';
import { attempt, compare, dropped, owned, unique, type Work } from './work.ts';

/** Payment methods. One that was the file's and has orders stays, switched off: who bought by it may have to be refunded. */
export function planPaymentMethods(
  work: Work,
  inputs: NonNullable<ConfigFile['paymentMethods']>,
  groups: ReadonlySet<string>,
): readonly RunnableStep[] {
  const { context, owner, stored } = work;
  unique(work, 'paymentMethods', inputs);
  const rows = new Map(stored.paymentMethods.map((row) => [row.name, row]));
  const methodContext = {
    adapters: paymentAdapters,
    secretBox: context.secretBox,
    hasGroup: (name: string) => groups.has(name),
  };
  const steps = inputs.flatMap((input, index): readonly RunnableStep[] => {
    const existing = rows.get(input.name);
    owned(work, existing?.owner, ['paymentMethods', index, 'name']);
    const at = context.now();
    const id = existing?.id ?? `pm_${context.newId()}`;
    const fixed = { id, owner, createdAt: existing?.createdAt ?? at, updatedAt: at };
    const method = attempt(work, ['paymentMethods', index], () => wantMethod(methodContext, input, fixed));
    if (method === undefined) return [];
    const step = compare(
      'payment method',
      input.name,
      existing && { fields: methodFields(opened(work, existing)), owner: existing.owner },
      methodFields(opened(work, method)),
      owner,
    );
    return [{ ...step, run: async (db) => await write(work, db, existing, method) }];
  });
  const gone = dropped(work, stored.paymentMethods, inputs, (existing) => {
    const released: StoredMethod = { ...existing, owner: undefined, enabled: false, updatedAt: context.now() };
    return {
      kind: 'payment method',
      name: existing.name,
      action: 'delete',
      changes: compareFields(new Map(), new Map()),
      run: async (db) =>
        (await orderRepository.hasOrders(db, existing.id))
          ? await write(work, db, existing, released)
          : await write(work, db, existing, undefined),
    };
  });
  return [...steps, ...gone];
}

function opened({ context }: Work, method: StoredMethod): Wanted {
  const text = context.secretBox.open(method.sealed, paymentMethodContext(method.id));
  return { ...inputOf(method), secrets: z.record(z.string(), z.string()).parse(JSON.parse(text)) };
}

async function write(
  { context, owner }: Work,
  db: Db,
  before: StoredMethod | undefined,
  after: StoredMethod | undefined,
): Promise<void> {
  const ref = after?.id ?? before?.id ?? '';
  if (after === undefined) await paymentMethodRepository.remove(db, ref);
  else if (before === undefined) await paymentMethodRepository.insert(db, after);
  else await paymentMethodRepository.update(db, after);
  await recordWrite(db, {
    actor: owner,
    at: context.now(),
    kind: 'payment-method',
    action: after === undefined ? 'delete' : before === undefined ? 'create' : 'update',
    ref,
    before: toJson(before === undefined ? null : inputOf(before)),
    after: toJson(after === undefined ? null : inputOf(after)),
  });
}
