import { numberAt } from '@tollgate/wire/json/fields';
import { Refusal } from '../domain/refusal.ts';
import type { StoredObject } from '../domain/stored-object.ts';
import type { RelayDeps } from '../relay/deps.ts';
import { batchWordsOf } from './files/batch-words.ts';
import { cancelBatch } from './files/cancel-batch.ts';
import { pinnedKinds } from './pinned/kinds.ts';
import type { PinnedKind } from './pinned/pinned-kind.ts';
import { askAt } from './shared/stored-objects/account.ts';
import { removeObject } from './shared/stored-objects/own.ts';

/** What is done with what accounts keep, whoever's it is, by people who may do so. */
export type ObjectDeeds = {
  /** Has its vendor cancel a batch that is worked on. Its job charges what was done. Throws where that cannot be. */
  cancel(object: StoredObject): Promise<void>;
  /** Has its vendor delete it, charges what it has cost until now, and forgets it. Throws where that cannot be. */
  remove(object: StoredObject): Promise<void>;
};

/** What can be done now with something that an account keeps. */
export const deedsFor = (object: StoredObject): { readonly mayCancel: boolean; readonly mayDelete: boolean } => {
  const isWorkedOn = object.kind === 'batch' && object.finishedAt === undefined;
  return {
    mayCancel: isWorkedOn && batchWordsOf(object.protocol).endOf(object.told) !== 'cancelling',
    mayDelete: object.kind === 'batch' ? !isWorkedOn && batchWordsOf(object.protocol).deletes : true,
  };
};

export const objectDeeds = (deps: RelayDeps): ObjectDeeds => ({
  async cancel(object) {
    if (object.kind !== 'batch' || object.finishedAt !== undefined)
      throw new Refusal('not_cancellable', 'Only a batch that is worked on can be cancelled.', { param: 'id' });
    await cancelBatch(deps, object);
  },
  remove: (object) => remove(deps, object),
});

async function remove(deps: RelayDeps, object: StoredObject): Promise<void> {
  if (object.kind === 'batch' && object.finishedAt === undefined)
    throw new Refusal('conflict', 'The batch is still worked on. Cancel it first.', { param: 'id' });
  if (!deedsFor(object).mayDelete)
    throw new Refusal('conflict', 'Its provider keeps batches and deletes none.', { param: 'id' });
  // Nobody can be asked to delete what a channel kept that is no more.
  if (!deps.snapshot().channels.has(object.channelId)) return await deps.objects.forget(object);
  const pinned = pinnedKinds.find(({ kind, protocol }) => kind === object.kind && protocol === object.protocol);
  if (pinned?.isArchived === true) return await end(deps, object, pinned, 'archive');
  if (object.kind === 'upload') return await endUpload(deps, object, pinned);
  const { vendorId } = object;
  const named = vendorId.slice(pinned?.named?.prefix.length ?? 0);
  const kind = pinned?.operation ?? (object.kind === 'batch' ? 'batches' : 'files');
  await removeObject(
    deps,
    object.userId,
    { vendorId, named, at: object, object },
    { kind, headers: pinned?.ownHeaders ?? {} },
  );
}

/** Has its vendor end what that does not delete, and forgets it. */
async function end(
  deps: RelayDeps,
  object: StoredObject,
  { operation, ownHeaders }: Pick<PinnedKind, 'operation' | 'ownHeaders'>,
  act: 'archive' | 'cancel',
): Promise<void> {
  const asked = await askAt(deps, object, operation, `/${encodeURIComponent(object.vendorId)}/${act}`, {
    method: 'POST',
    ...(ownHeaders && { headers: ownHeaders }),
  });
  if (asked?.status !== 200 && asked?.status !== 404)
    throw new Refusal('upstream_error', 'The provider that keeps it did not end it. Try again.');
  await deps.objects.forget(object);
  await deps.conversations.forget(object.userId, [object.vendorId]);
}

/** An upload is a file by now, or gives up its parts, or its time is over: it is never deleted. */
async function endUpload(deps: RelayDeps, object: StoredObject, pinned: PinnedKind | undefined): Promise<void> {
  const isOpen =
    object.told['status'] === 'pending' && (numberAt(object.told, 'expires_at') ?? Infinity) * 1000 > deps.clock.now();
  if (pinned && isOpen) return await end(deps, object, pinned, 'cancel');
  await deps.objects.forget(object);
  await deps.conversations.forget(object.userId, [object.vendorId]);
}
