import type { TeamDomainView } from '@tollgate/contract/api/team-sign-in';
import type { teamSignInOperations } from '@tollgate/contract/operations/team-sign-in';
import {
  addDomain,
  enforceDomain,
  listDomains,
  recordOf,
  removeDomain,
  verifyDomain,
} from '../../services/teams/team-domains.ts';
import {
  addTeamMethod,
  changeTeamMethod,
  listTeamMethods,
  listTeamProviders,
  removeTeamMethod,
} from '../../services/teams/team-sign-in.ts';
import type { TeamDomain } from '../../store/team-domains.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { presentProvider } from './sign-in.ts';

/** Single sign-on of teams, for their owners. */
export const teamSignInHandlers = ({ signIn }: AdminDeps): Handlers<typeof teamSignInOperations> => ({
  'teams.domains': async ({ params }, { caller: { actor } }) => ({
    data: (await listDomains(signIn, actor, params.id)).map(presentDomain),
  }),
  'teams.addDomain': async ({ params, body }, { caller: { actor } }) =>
    presentDomain(await addDomain(signIn, actor, params.id, body.domain)),
  'teams.verifyDomain': async ({ params }, { caller: { actor } }) =>
    presentDomain(await verifyDomain(signIn, actor, params.id, params.domainId)),
  'teams.changeDomain': async ({ params, body }, { caller: { actor } }) =>
    presentDomain(await enforceDomain(signIn, actor, { teamId: params.id, id: params.domainId, ...body })),
  'teams.removeDomain': async ({ params }, { caller: { actor } }) => {
    await removeDomain(signIn, actor, params.id, params.domainId);
  },
  'teams.signInProviders': async ({ params }, { caller: { actor } }) => ({
    data: (await listTeamProviders(signIn, actor, params.id)).map(presentProvider),
  }),
  'teams.signInMethods': async ({ params }, { caller: { actor } }) => ({
    data: await listTeamMethods(signIn, actor, params.id),
  }),
  'teams.addSignInMethod': async ({ params, body }, { caller: { actor } }) =>
    await addTeamMethod(signIn, actor, params.id, body),
  'teams.changeSignInMethod': async ({ params, body }, { caller: { actor } }) =>
    await changeTeamMethod(signIn, actor, { teamId: params.id, id: params.methodId }, body),
  'teams.removeSignInMethod': async ({ params }, { caller: { actor } }) => {
    await removeTeamMethod(signIn, actor, params.id, params.methodId);
  },
});

const presentDomain = ({ teamId: _teamId, token, ...domain }: TeamDomain): TeamDomainView => ({
  ...domain,
  record: recordOf({ domain: domain.domain, token }),
});
