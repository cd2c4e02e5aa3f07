import type { StoredProviderKey } from '../../domain/configuration.ts';
import type { Db } from '../../store/database.ts';
import { toJson } from '../configuration/masking.ts';
import { recordWrite } from '../record-write.ts';

/** A key as the audit log has it: without its secret. */
const shown = (key: StoredProviderKey | undefined) => {
  if (key === undefined) return null;
  const { sealed: _, id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...rest } = key;
  return toJson(rest);
};

/** A write of a provider key, in the change feed and the audit log. */
export async function recordProviderKey(
  db: Db,
  write: {
    readonly actor: string;
    readonly at: number;
    readonly before: StoredProviderKey | undefined;
    readonly after: StoredProviderKey | undefined;
  },
): Promise<void> {
  const { actor, at, before, after } = write;
  await recordWrite(db, {
    actor,
    at,
    kind: 'provider-key',
    action: after === undefined ? 'delete' : before === undefined ? 'create' : 'update',
    ref: (after ?? before)?.id ?? '',
    before: shown(before),
    after: shown(after),
  });
}
