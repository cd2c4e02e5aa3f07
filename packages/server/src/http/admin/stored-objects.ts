import type { StoredObjectView } from '@tollgate/contract/api/stored-objects';
import type { storedObjectOperations } from '@tollgate/contract/operations/stored-objects';
import { Refusal } from '../../domain/refusal.ts';
import type { StoredObject } from '../../domain/stored-object.ts';
import { describeObject } from '../../endpoints/describe-object.ts';
import { deedsFor } from '../../endpoints/manage-objects.ts';
import {
  auditStoredObject,
  findStoredObject,
  listStoredObjects,
  type ObjectViewer,
} from '../../services/stored-objects/list-stored-objects.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type CallerContext, type Handlers } from './operation.ts';
import { whoseOf } from './whose.ts';

/** What providers' accounts keep: one's own, and for administrators everybody's. */
export const storedObjectHandlers = (deps: AdminDeps): Handlers<typeof storedObjectOperations> => {
  const { database, accounts } = deps;
  const viewerOf = ({ caller }: CallerContext): ObjectViewer => ({
    seesChannels: callerMay(caller, 'channels:read'),
    describe,
    now: accounts.now(),
  });
  const find = async (
    id: string,
    context: CallerContext,
  ): Promise<{ readonly object: StoredObject; readonly view: StoredObjectView }> => {
    const userId = context.reach === 'any' ? undefined : context.caller.user.id;
    const found = await findStoredObject(database, id, userId, viewerOf(context));
    if (!found) throw new Refusal('not_found', 'Nothing of this id is kept.', { param: 'id' });
    return found;
  };
  const act = async (action: 'cancel' | 'delete', id: string, context: CallerContext): Promise<void> => {
    const { object, view } = await find(id, context);
    await (action === 'cancel' ? deps.storedObjects.cancel(object) : deps.storedObjects.remove(object));
    const actor = context.caller.actor.label;
    await auditStoredObject(database, { actor, action, object, name: view.name, at: accounts.now() });
  };
  return {
    'storedObjects.list': async ({ query: { userId, ...query } }, context) =>
      await listStoredObjects(
        database,
        { ...query, userId: whoseOf(context, userId), kind: query.kind, state: query.state, after: query.after },
        viewerOf(context),
      ),
    'storedObjects.read': async ({ params }, context) => (await find(params.id, context)).view,
    'storedObjects.cancel': async ({ params }, context) => {
      await act('cancel', params.id, context);
      return (await find(params.id, context)).view;
    },
    'storedObjects.delete': async ({ params }, context) => await act('delete', params.id, context),
  };
};

const describe: ObjectViewer['describe'] = (object) => {
  const { name, purpose, model, state, counts, bytes, expiresAt } = describeObject(object);
  return {
    name: name ?? null,
    purpose: purpose ?? null,
    model: model ?? null,
    state,
    progress: counts ?? null,
    bytes: bytes ?? null,
    expiresAt: expiresAt ?? null,
    ...deedsFor(object),
  };
};
