import type { TeamDomainView } from '@tollgate/contract/api/team-sign-in';
import type { teamSignInOperations } from '@tollgate/contract/operations/team-sign-in';
import { withoutEnd } from '../../domain/without-end.ts';
import { setGroupRole, type KnownDirectoryGroup } from '../../services/directory/directory-groups.ts';
import { addDirectoryToken, removeDirectoryToken } from '../../services/directory/directory-tokens.ts';
import { readDirectory } from '../../services/directory/read-directory.ts';
import { domainGraceMs, recordOf } from '../../services/teams/domain-record.ts';
import {
  addDomain,
  enforceDomain,
  listDomains,
  removeDomain,
  verifyDomain,
} from '../../services/teams/team-domains.ts';
import {
  addTeamMethod,
  changeTeamMethod,
  listTeamMethods,
  listTeamProviders,
  readTeamMetadata,
  removeTeamMethod,
} from '../../services/teams/team-sign-in.ts';
import type { DirectoryToken } from '../../store/directories.ts';
import type { TeamDomain } from '../../store/team-domains.ts';
import { scimPath } from '../scim/serve-scim.ts';
import type { AdminDeps } from './admin-deps.ts';
import type { Handlers } from './operation.ts';
import { presentProvider } from './sign-in.ts';

/** Single sign-on and directories of teams, for their owners. */
export const teamSignInHandlers = ({ signIn, accounts }: AdminDeps): Handlers<typeof teamSignInOperations> => ({
  'teams.directory': async ({ params }, { caller: { actor } }) => {
    const { tokens, users, groups } = await readDirectory(accounts, actor, params.id);
    const { publicUrl } = accounts.snapshot().settings.site;
    return {
      baseUrl: publicUrl === '' ? null : `${withoutEnd(publicUrl, '/')}${scimPath}`,
      users: users.length,
      inactive: users.filter(({ active }) => !active).length,
      tokens: tokens.map(presentToken),
      groups: groups.map(presentGroup),
    };
  },
  'teams.addDirectoryToken': async ({ params, body }, { caller: { actor } }) => {
    const { token, text } = await addDirectoryToken(accounts, actor, params.id, body.name);
    return { ...presentToken(token), token: text };
  },
  'teams.removeDirectoryToken': async ({ params }, { caller: { actor } }) => {
    await removeDirectoryToken(accounts, actor, params.id, params.tokenId);
  },
  'teams.changeDirectoryGroup': async ({ params, body }, { caller: { actor } }) =>
    presentGroup(await setGroupRole(accounts, actor, { teamId: params.id, id: params.groupId, ...body })),
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
  'teams.readMetadata': async ({ params, body }, { caller: { actor } }) => ({
    settings: await readTeamMetadata(signIn, actor, params.id, body),
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

const presentDomain = ({ teamId: _teamId, token, missingSince, ...domain }: TeamDomain): TeamDomainView => ({
  ...domain,
  lostAt: missingSince === null ? null : missingSince + domainGraceMs,
  record: recordOf({ domain: domain.domain, token }),
});

const presentToken = ({ teamId: _teamId, ...token }: DirectoryToken) => token;

const presentGroup = ({ id, name, role, userIds }: KnownDirectoryGroup) => ({
  id,
  name,
  members: userIds.length,
  // No group is given this role.
  role: role === 'owner' ? null : role,
});
