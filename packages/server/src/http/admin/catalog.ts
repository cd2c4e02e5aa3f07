import type { catalogOperations } from '@tollgate/contract/operations/catalog';
import { openCatalog } from '../../inquiries/catalog.ts';
import type { AdminDeps } from './admin-deps.ts';
import { callerMay, type Handlers } from './operation.ts';

/** The models as those see them who use them. */
export const catalogHandlers = (deps: AdminDeps): Handlers<typeof catalogOperations> => {
  const { snapshot, database, health, accounts } = deps;
  const catalog = openCatalog({ snapshot, database, health, now: accounts.now });
  return {
    'catalog.read': async (_received, { caller }) => {
      // Whoever can open them sees what they would look like.
      const all = callerMay(caller, 'settings:read');
      return await catalog(caller.user.group, (door) => all || door !== 'closed');
    },
    'site.catalog': async () =>
      // What a new account would pay.
      await catalog(snapshot().settings.accounts.defaultGroup, (door) => door === 'public'),
  };
};
