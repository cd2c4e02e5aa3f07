import type { Json } from '@tollgate/wire/protocol';
import { auditRepository } from '../store/configuration/audit-log.ts';
import { withAuditOrigin, type AuditOrigin } from '../store/configuration/audit-origin.ts';
import { changeRepository } from '../store/configuration/changes.ts';
import type { Db } from '../store/database.ts';

/** A write that processes must hear of, and people may look up. */
export type Write = {
  /** Who did it, as the audit log says it. */
  readonly actor: string;
  readonly at: number;
  /** Topic of the change feed, and first word of the audit's action and subject. */
  readonly kind: string;
  /** What was done, such as `revoke`. */
  readonly action: string;
  readonly ref: string;
  /** What may be shown of it, so without secrets; null where there was or is nothing. */
  readonly before: Json;
  readonly after: Json;
};

/** What `work` writes to the audit log says that a call from there asked for it. */
export const askedFrom = async <T>(origin: AuditOrigin, work: () => Promise<T>): Promise<T> =>
  await withAuditOrigin(origin, work);

/** Appends the change and the audit entry, in the transaction of the write itself. */
export async function recordWrite(db: Db, { kind, ref, action, ...write }: Write): Promise<void> {
  await changeRepository.append(db, kind, ref, write.at);
  await auditRepository.append(db, { ...write, action: `${kind}.${action}`, subject: `${kind}:${ref}` });
}
