import type { privacyOperations } from '@tollgate/contract/operations/privacy';
import { Refusal } from '../../domain/refusal.ts';
import { findUser } from '../../services/accounts/people.ts';
import {
  beginAccountExport,
  downloadAccountExport,
  listAccountExports,
  removeAccountExport,
} from '../../services/privacy/account-exports.ts';
import {
  deletionState,
  requestDeletionOf,
  requestOwnDeletion,
  undoDeletionOf,
  undoOwnDeletion,
} from '../../services/privacy/deletions.ts';
import { exportKeptMs } from '../../services/activity/export-life.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { requireSession } from './sessions.ts';

/** What is kept of people: a file of it for themselves, and its end. */
export const privacyHandlers = ({
  database,
  jobs,
  accounts,
  signUp,
}: AdminDeps): Handlers<typeof privacyOperations> => {
  const exports = { database, jobs, now: accounts.now, newId: accounts.newId, keptMs: () => exportKeptMs(accounts) };
  return {
    'accountExports.list': async (_, { caller }) => ({ data: await listAccountExports(exports, caller.user.id) }),
    'accountExports.create': async ({ body }, { caller }) =>
      await beginAccountExport(exports, caller.actor, caller.user.id, body),
    'accountExports.delete': async ({ params }, { caller }) => {
      await removeAccountExport(exports, caller.user.id, params.id);
    },
    'accountExports.download': async ({ params }, { caller }) =>
      await downloadAccountExport(exports, caller.user.id, params.id),
    'deletion.read': async (_, { caller }) => await deletionState(signUp, caller.user, true),
    'deletion.request': async (_, { caller }) => {
      const { user, actor } = requireSession(caller);
      return await requestOwnDeletion(signUp, actor, user);
    },
    'deletion.undo': async (_, { caller }) => {
      const { user, actor } = requireSession(caller);
      await undoOwnDeletion(signUp, actor, user);
    },
    'users.readDeletion': async ({ params }) => {
      const user = await findUser(accounts, params.id);
      if (user === undefined) throw new Refusal('not_found', 'There is no such user.');
      return await deletionState(signUp, user, false);
    },
    'users.requestDeletion': async ({ params, body }, { caller }) =>
      await requestDeletionOf(signUp, caller.actor, params.id, body.reason),
    'users.undoDeletion': async ({ params }, { caller }) => {
      await undoDeletionOf(signUp, caller.actor, params.id);
    },
  };
};
