import { parseJson } from '@tollgate/wire/json/exact';
import { isObject } from '@tollgate/wire/json/fields';
import { Refusal } from '../../domain/refusal.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import type { RelayDeps } from '../../relay/deps.ts';
import { askAt } from '../shared/stored-objects/account.ts';
import { batchWordsOf } from './batch-words.ts';

const decoder = new TextDecoder();

/**
 * Has its vendor cancel a batch; one that is over stays as it is. Returns it as its vendor tells it then. Its job sees the end, and
 * charges what was done.
 */
export async function cancelBatch(deps: RelayDeps, batch: StoredObject): Promise<StoredObject> {
  if (batch.finishedAt !== undefined) return batch;
  const words = batchWordsOf(batch.protocol);
  const asked = await askAt(deps, batch, 'batches', words.cancelAt(batch.vendorId), { method: 'POST' });
  const told = asked?.status === 200 ? parseJson(decoder.decode(asked.body)) : undefined;
  if (!isObject(told))
    throw new Refusal('upstream_error', 'The provider that works on the batch did not cancel it. Try again.');
  // Some say nothing of it then.
  if (!words.tells(told)) return batch;
  if (!words.isOver(told)) await deps.objects.note({ ...batch, told });
  return { ...batch, told };
}
