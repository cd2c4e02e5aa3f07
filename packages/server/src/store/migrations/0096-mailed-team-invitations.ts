import { addColumn, type Migration } from './migration.ts';

/** Where the invitation to a team was mailed to. */
export const mailedTeamInvitationsMigration: Migration = {
  name: '0096-mailed-team-invitations',
  up: async (context) => {
    await addColumn(context, 'team_invitations', 'email', context.types.text(320), (column) => column);
  },
};
