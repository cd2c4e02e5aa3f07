import type { TeamView } from '@tollgate/contract/api/teams';
import { useRights } from '../../lib/session.ts';
import type { Standing } from './deeds.ts';

/** How whoever is signed in stands to a team. */
export const useStanding = ({ role }: Pick<TeamView, 'role'>): Standing => ({
  role,
  administers: useRights().reachesAny('teams:write'),
});
