import type { CodeBatchInput, CodeBatchPatch, CodeBatchView } from '@tollgate/contract/api/redemption';
import { canonicalCode, newRedemptionCode } from '../../domain/redemption-code.ts';
import { Refusal } from '../../domain/refusal.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import type { Db } from '../../store/database.ts';
import type { Page, PageAsk } from '../../store/page.ts';
import { codeRepository, type CodeBatch, type RedeemedSum, type StoredCode } from '../../store/sales/codes.ts';
import type { AccountDeps, Actor } from '../accounts/account-deps.ts';
import { noGroup, usdToNanos } from '../accounts/people.ts';
import { hashSecret } from '../accounts/secret-text.ts';
import { assertSalesOpen } from './sale-terms.ts';

type CodeDeps = Pick<AccountDeps, 'database' | 'now' | 'newId' | 'randomBytes' | 'snapshot'>;

/** The only form in which a code is kept. */
export const hashCode = (typed: string): string => hashSecret(canonicalCode(typed));

/** Makes a batch with all of its codes; nobody sees their texts again. */
export async function createCodeBatch(
  deps: CodeDeps,
  actor: Actor,
  input: CodeBatchInput,
): Promise<{ readonly batch: CodeBatchView; readonly codes: readonly string[] }> {
  const { count, prefix } = input;
  const at = deps.now();
  assertGroup(deps, input.group);
  assertFuture(input.expiresAt, at);
  const batch: CodeBatch = {
    id: `cb_${deps.newId()}`,
    name: input.name,
    amount: usdToNanos(input.amountUsd),
    prefix: prefix.toUpperCase(),
    count,
    usesPerCode: input.usesPerCode,
    usesPerPerson: input.usesPerPerson,
    group: input.group,
    enabled: true,
    expiresAt: input.expiresAt,
    createdBy: actor.label,
    createdAt: at,
    updatedAt: at,
  };
  const made = Array.from({ length: count }, () => {
    const text = newRedemptionCode(prefix, deps.randomBytes);
    return { text, id: `rc_${deps.newId()}`, hash: hashCode(text), lastFour: text.slice(-4) };
  });
  await deps.database.transact(async (db) => {
    await assertSalesOpen(db);
    await codeRepository.insertBatch(db, batch);
    await codeRepository.insertCodes(db, batch, made);
    await record(db, actor, at, 'create', undefined, batch);
  });
  return { batch: present(batch, undefined), codes: made.map(({ text }) => text) };
}

export async function listCodeBatches(deps: Pick<CodeDeps, 'database'>, ask: PageAsk): Promise<Page<CodeBatchView>> {
  const { db } = deps.database;
  const page = await codeRepository.batches(db, ask);
  const sums = await codeRepository.redeemedOf(
    db,
    page.rows.map(({ id }) => id),
  );
  return { ...page, rows: page.rows.map((batch) => present(batch, sums.get(batch.id))) };
}

export async function readCodeBatch(deps: Pick<CodeDeps, 'database'>, id: string): Promise<CodeBatchView> {
  return await shown(deps.database.db, id);
}

/** Changes a batch; what its codes are worth, and how often they can be used, stays as it was promised. */
export async function changeCodeBatch(
  deps: CodeDeps,
  actor: Actor,
  id: string,
  patch: CodeBatchPatch,
): Promise<CodeBatchView> {
  assertGroup(deps, patch.group ?? null);
  const at = deps.now();
  return await deps.database.transact(async (db) => {
    const before = await mustFind(db, id);
    const after: CodeBatch = {
      ...before,
      name: patch.name ?? before.name,
      group: patch.group === undefined ? before.group : patch.group,
      enabled: patch.enabled ?? before.enabled,
      expiresAt: patch.expiresAt === undefined ? before.expiresAt : patch.expiresAt,
      updatedAt: at,
    };
    await codeRepository.updateBatch(db, after);
    await record(db, actor, at, 'update', before, after);
    return await shown(db, id);
  });
}

export async function listCodes(
  deps: Pick<CodeDeps, 'database'>,
  batchId: string,
  ask: PageAsk,
): Promise<Page<StoredCode>> {
  await mustFind(deps.database.db, batchId);
  return await codeRepository.codes(deps.database.db, batchId, ask);
}

/** Stops or resumes one code. */
export async function switchCode(deps: CodeDeps, actor: Actor, id: string, enabled: boolean): Promise<StoredCode> {
  return await deps.database.transact(async (db) => {
    const code = await codeRepository.findCode(db, { id });
    if (code === undefined) throw new Refusal('not_found', 'There is no such code.');
    if (code.enabled === enabled) return code;
    await codeRepository.switchCode(db, id, enabled);
    await auditRepository.append(db, {
      at: deps.now(),
      actor: actor.label,
      action: 'code.update',
      subject: `code:${id}`,
      before: { enabled: code.enabled },
      after: { enabled },
    });
    return { ...code, enabled };
  });
}

async function mustFind(db: Db, id: string): Promise<CodeBatch> {
  const batch = await codeRepository.findBatch(db, id);
  if (batch === undefined) throw new Refusal('not_found', 'There is no such batch of codes.');
  return batch;
}

async function shown(db: Db, id: string): Promise<CodeBatchView> {
  const batch = await mustFind(db, id);
  return present(batch, (await codeRepository.redeemedOf(db, [id])).get(id));
}

const present = ({ amount, createdBy: _by, ...batch }: CodeBatch, sum: RedeemedSum | undefined): CodeBatchView => ({
  ...batch,
  amountNanos: amount.toString(),
  redeemed: sum?.redeemed ?? 0,
  redeemedNanos: (sum?.amount ?? 0n).toString(),
});

function assertGroup(deps: CodeDeps, group: string | null): void {
  if (group !== null && !deps.snapshot().groups.has(group)) throw noGroup(group, 'group');
}

function assertFuture(expiresAt: number | null, now: number): void {
  if (expiresAt !== null && expiresAt <= now)
    throw new Refusal('invalid_request', 'must lie in the future', { param: 'expiresAt' });
}

const recorded = ({ name, amount, count, usesPerCode, usesPerPerson, group, enabled, expiresAt }: CodeBatch) => ({
  name,
  amountNanos: amount.toString(),
  count,
  usesPerCode,
  usesPerPerson,
  group,
  enabled,
  expiresAt,
});

async function record(
  db: Db,
  actor: Actor,
  at: number,
  action: 'create' | 'update',
  before: CodeBatch | undefined,
  after: CodeBatch,
): Promise<void> {
  await auditRepository.append(db, {
    at,
    actor: actor.label,
    action: `code-batch.${action}`,
    subject: `code-batch:${after.id}`,
    before: before === undefined ? null : recorded(before),
    after: recorded(after),
  });
}
