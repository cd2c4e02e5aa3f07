import type { PaymentMethodInput, PaymentMethodPatch, PaymentMethodView } from '@tollgate/contract/api/payments';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { isUniqueViolation, type Db } from '../../store/database.ts';
import { paymentMethodRepository, type StoredMethod } from '../../store/payments/methods.ts';
import { orderRepository } from '../../store/payments/orders.ts';
import { toJson } from '../configuration/masking.ts';
import { recordWrite } from '../record-write.ts';
import { openStored } from './open-method.ts';
import type { PaymentDeps } from './payment-deps.ts';
import { inputOf, wantMethod, type MethodContext, type Wanted } from './want-method.ts';

export async function listPaymentMethods(deps: PaymentDeps): Promise<PaymentMethodView[]> {
  const methods = await paymentMethodRepository.all(deps.database.db);
  return await Promise.all(methods.map(async (method) => await present(deps, method)));
}

export async function createPaymentMethod(
  deps: PaymentDeps,
  actor: string,
  input: PaymentMethodInput,
  owner?: string,
): Promise<PaymentMethodView> {
  const at = deps.now();
  const id = `pm_${deps.newId()}`;
  const method = wantMethod(methodContextOf(deps), input, { id, owner, createdAt: at, updatedAt: at });
  await write(deps, async (db) => {
    await paymentMethodRepository.insert(db, method);
    await record(db, actor, at, 'create', undefined, method);
  });
  return await present(deps, method);
}

/** Changes what the patch names; a secret that it does not name stays. */
export async function changePaymentMethod(
  deps: PaymentDeps,
  actor: string,
  id: string,
  patch: PaymentMethodPatch,
): Promise<PaymentMethodView> {
  const at = deps.now();
  const after = await write(deps, async (db) => {
    const before = await mustFind(db, id);
    assertUnlocked(before, actor);
    const open = await openStored(deps, before);
    const kept = z.record(z.string(), z.string()).parse(open?.context.secrets ?? {});
    const secrets = Object.fromEntries(
      Object.entries({ ...kept, ...patch.secrets }).filter(([, value]) => value !== ''),
    );
    const method = wantMethod(
      methodContextOf(deps),
      { ...inputOf(before), ...definedOf(patch), secrets },
      { id, owner: before.owner, createdAt: before.createdAt, updatedAt: at },
    );
    await paymentMethodRepository.update(db, method);
    await record(db, actor, at, 'update', before, method);
    return method;
  });
  return await present(deps, after);
}

/** Refuses while there are orders: who bought by it may have to be refunded by it. */
export async function removePaymentMethod(deps: PaymentDeps, actor: string, id: string): Promise<void> {
  await write(deps, async (db) => {
    const method = await mustFind(db, id);
    assertUnlocked(method, actor);
    if (await orderRepository.hasOrders(db, id))
      throw new Refusal('conflict', 'There are orders of this method. Switch it off instead.');
    await paymentMethodRepository.remove(db, id);
    await record(db, actor, deps.now(), 'delete', method, undefined);
  });
}

const methodContextOf = ({ adapters, secretBox, snapshot }: PaymentDeps): MethodContext => ({
  adapters,
  secretBox,
  hasGroup: (name) => snapshot().groups.has(name),
});

async function write<T>(deps: PaymentDeps, work: Parameters<typeof deps.database.transact<T>>[0]): Promise<T> {
  try {
    return await deps.database.transact(work);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'There is a payment method of this name already.', { param: 'name' });
  }
}

/** The fields that a patch names, without those it says are undefined. */
function definedOf({ secrets: _secrets, ...patch }: PaymentMethodPatch): Partial<Omit<Wanted, 'secrets'>> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

async function present(deps: PaymentDeps, method: StoredMethod): Promise<PaymentMethodView> {
  const open = await openStored(deps, method);
  const secrets = z.record(z.string(), z.string()).parse(open?.context.secrets ?? {});
  const receives = open !== undefined && (open.adapter.callbackSecret(open.context.secrets) ?? '') !== '';
  const known = deps.snapshot().settings.site.publicUrl !== '';
  return {
    id: method.id,
    ...inputOf(method),
    secrets: Object.keys(secrets).filter((name) => secrets[name] !== ''),
    callbackUrl: receives && known ? open.context.callbackUrl : null,
    receives,
    owner: method.owner ?? null,
    createdAt: method.createdAt,
    updatedAt: method.updatedAt,
  };
}

async function mustFind(db: Db, id: string): Promise<StoredMethod> {
  const method = await paymentMethodRepository.find(db, id);
  if (method === undefined) throw new Refusal('not_found', 'There is no such payment method.');
  return method;
}

function assertUnlocked({ owner, name }: StoredMethod, actor: string): void {
  if (owner === undefined || owner === actor) return;
  throw new Refusal(
    'owned_by_file',
    `Payment method "${name}" is managed by ${owner.replace(/^file:/, '')}; change it there.`,
  );
}

async function record(
  db: Db,
  actor: string,
  at: number,
  action: 'create' | 'update' | 'delete',
  before: StoredMethod | undefined,
  after: StoredMethod | undefined,
): Promise<void> {
  await recordWrite(db, {
    actor,
    at,
    kind: 'payment-method',
    action,
    ref: after?.id ?? before?.id ?? '',
    before: toJson(before === undefined ? null : inputOf(before)),
    after: toJson(after === undefined ? null : inputOf(after)),
  });
}
