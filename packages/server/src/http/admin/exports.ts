import type { exportOperations } from '@tollgate/contract/operations/exports';
import { exportKeptMs } from '../../services/activity/export-life.ts';
import { beginExport, downloadExport, listExports, removeExport, showExport } from '../../services/activity/exports.ts';
import type { AdminDeps } from './admin-deps.ts';
import { seenBy } from './log-filters-seen.ts';
import { callerMay, type Handlers } from './operation.ts';

/** Files of the request log; whoever asked for one, nobody else sees it. */
export const exportHandlers = ({
  database,
  jobs,
  accounts,
  snapshot,
}: AdminDeps): Handlers<typeof exportOperations> => {
  const deps = { database, jobs, now: accounts.now, newId: accounts.newId, keptMs: () => exportKeptMs(accounts) };
  return {
    'exports.list': async (_, { caller }) => ({ data: await listExports(deps, caller.user.id) }),
    'exports.create': async ({ body: { format, filters } }, context) => {
      return await beginExport(deps, {
        userId: context.caller.user.id,
        seesChannels: callerMay(context.caller, 'channels:read'),
        format,
        filters: await seenBy({ database, snapshot }, context, filters, 'filters.'),
      });
    },
    'exports.read': async ({ params }, { caller }) => await showExport(deps, caller.user.id, params.id),
    'exports.delete': async ({ params }, { caller }) => {
      await removeExport(deps, caller.user.id, params.id);
    },
    'exports.download': async ({ params }, { caller }) => await downloadExport(deps, caller.user.id, params.id),
  };
};
