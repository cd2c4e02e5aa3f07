import type { TeamView } from '@tollgate/contract/api/teams';
import type { teamOperations } from '@tollgate/contract/operations/teams';
import { usdToNanos } from '../../services/accounts/people.ts';
import {
  listInvitations,
  listMembers,
  listTeamKeys,
  listTeams,
  readTeam,
  type TeamSeen,
} from '../../services/teams/read-teams.ts';
import { endTeam } from '../../services/teams/end-team.ts';
import { creditTeam, fundTeam, setTeamCreditLine } from '../../services/teams/team-wallet.ts';
import {
  changeMember,
  createTeam,
  invite,
  joinTeam,
  removeMember,
  renameTeam,
  requireTeam,
  revokeInvitation,
} from '../../services/teams/teams.ts';
import type { TeamInvitation } from '../../store/teams.ts';
import type { AdminDeps } from './admin-deps.ts';
import { presentKeys } from './keys.ts';
import type { Handlers } from './operation.ts';
import { walletViews } from './wallet-views.ts';

/** Teams, for their members; and for administrators all of them. */
export const teamHandlers = (deps: AdminDeps): Handlers<typeof teamOperations> => {
  const { accounts } = deps;
  const shown = async (id: string, userId: string): Promise<TeamView> => {
    const [view] = await presentTeams(deps, [await readTeam(accounts, id, userId)]);
    if (view === undefined) throw new Error('a team could not be shown');
    return view;
  };
  return {
    'teams.list': async ({ query }, { caller, reach }) => ({
      data: await presentTeams(deps, await listTeams(accounts, caller.user.id, { all: query.all && reach === 'any' })),
    }),
    'teams.create': async ({ body }, { caller: { actor, user } }) =>
      await shown((await createTeam(accounts, actor, user, body.name)).id, user.id),
    'teams.join': async ({ body }, { caller: { actor, user } }) =>
      await shown(await joinTeam(accounts, actor, user, body.token), user.id),
    'teams.read': async ({ params }, { caller: { actor, user } }) => {
      await requireTeam(accounts, actor, params.id, 'see');
      return await shown(params.id, user.id);
    },
    'teams.update': async ({ params, body }, { caller: { actor, user } }) => {
      await requireTeam(accounts, actor, params.id, 'manage');
      if (body.name !== undefined) await renameTeam(accounts, actor, params.id, body.name);
      return await shown(params.id, user.id);
    },
    'teams.delete': async ({ params, query }, { caller: { actor } }) => {
      await endTeam({ ...accounts, jobs: deps.jobs }, actor, params.id, query);
    },
    'teams.members': async ({ params }, { caller: { actor } }) => ({
      data: await listMembers(accounts, actor, params.id),
    }),
    'teams.changeMember': async ({ params, body }, { caller: { actor } }) => {
      await changeMember(accounts, actor, params.id, params.userId, body);
    },
    'teams.removeMember': async ({ params }, { caller: { actor } }) => {
      await removeMember(accounts, actor, params.id, params.userId);
    },
    'teams.keys': async ({ params }, { caller: { actor } }) => ({
      data: await presentKeys(deps, await listTeamKeys(accounts, actor, params.id)),
    }),
    'teams.invitations': async ({ params }, { caller: { actor } }) => ({
      data: (await listInvitations(accounts, actor, params.id)).map(presentInvitation),
    }),
    'teams.invite': async ({ params, body }, { caller: { actor } }) => {
      const { invitation, token } = await invite(deps.signUp, actor, params.id, body);
      return { ...presentInvitation(invitation), token };
    },
    'teams.revokeInvitation': async ({ params }, { caller: { actor } }) => {
      await revokeInvitation(accounts, actor, params.id, params.invitationId);
    },
    'teams.fund': async ({ params, body }, { caller: { actor, user } }) => {
      const amount = usdToNanos(body.amountUsd);
      await fundTeam(accounts, actor, { teamId: params.id, userId: user.id, amount, clientKey: body.idempotencyKey });
      return await shown(params.id, user.id);
    },
    'teams.credit': async ({ params, body }, { caller: { actor, user } }) => {
      const { note, idempotencyKey: clientKey } = body;
      await creditTeam(accounts, actor, { teamId: params.id, amount: usdToNanos(body.amountUsd), note, clientKey });
      return await shown(params.id, user.id);
    },
    'teams.setCreditLine': async ({ params, body: { amountUsd, reason } }, { caller: { actor, user } }) => {
      await setTeamCreditLine(accounts, actor, { ownerId: params.id, amount: usdToNanos(amountUsd), reason });
      return await shown(params.id, user.id);
    },
  };
};

async function presentTeams(deps: AdminDeps, teams: readonly TeamSeen[]): Promise<TeamView[]> {
  const walletOf = await walletViews(deps, teams);
  return teams.map((team) => ({ ...team, ...walletOf(team.id) }));
}

const presentInvitation = ({ id, role, note, email, createdAt, expiresAt }: TeamInvitation) => ({
  id,
  role,
  note,
  email,
  createdAt,
  expiresAt,
});
