import type { noticeOperations } from '@tollgate/contract/operations/notices';
import type { NoticeTarget } from '../../store/notices.ts';
import {
  changeTarget,
  createTarget,
  listKinds,
  listTargets,
  removeTarget,
  testTarget,
} from '../../services/notices/notices.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';

/** What one is told of, and by what. */
export const noticeHandlers = ({ notices }: AdminDeps): Handlers<typeof noticeOperations> => ({
  'noticeKinds.list': async (_ask, { caller }) => ({ data: listKinds(notices, caller.user) }),
  'notices.list': async (_ask, { caller }) => ({
    data: (await listTargets(notices, caller.user.id)).map(presentTarget),
  }),
  'notices.create': async ({ body }, { caller }) => presentTarget(await createTarget(notices, caller.user, body)),
  'notices.update': async ({ params, body }, { caller }) =>
    presentTarget(await changeTarget(notices, caller.user, params.id, body)),
  'notices.delete': async ({ params }, { caller }) => {
    await removeTarget(notices, caller.user.id, params.id);
  },
  'notices.test': async ({ params }, { caller }) => await testTarget(notices, caller.user.id, params.id),
});

const presentTarget = ({ sealed: _sealed, userId: _userId, events, ...target }: NoticeTarget) => ({
  ...target,
  events: [...events],
});
