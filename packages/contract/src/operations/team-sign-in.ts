import { z } from 'zod';
import { listOf } from '../api/page.ts';
import { signInProviderSchema } from '../api/sign-in.ts';
import {
  directoryGroupPatchSchema,
  directoryGroupSchema,
  directorySchema,
  directoryTokenInputSchema,
  newDirectoryTokenSchema,
  teamDomainInputSchema,
  teamDomainPatchSchema,
  teamDomainSchema,
  teamSignInMethodInputSchema,
  teamSignInMethodPatchSchema,
  teamSignInMethodSchema,
} from '../api/team-sign-in.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

const domainParams = z.strictObject({ id: z.string(), domainId: z.string() });
const tokenParams = z.strictObject({ id: z.string(), tokenId: z.string() });
const groupParams = z.strictObject({ id: z.string(), groupId: z.string() });
const methodParams = z.strictObject({ id: z.string(), methodId: z.string() });

/** Single sign-on and directory of a team, which its owners set up. */
export const teamSignInOperations = declare({
  'teams.domains': {
    method: 'get',
    path: '/teams/{id}/domains',
    permission: 'teams:read',
    summary: 'List the domains of a team',
    params: idParams,
    answer: listOf(teamDomainSchema),
  },
  'teams.addDomain': {
    method: 'post',
    path: '/teams/{id}/domains',
    permission: 'teams:write',
    summary: 'Name a domain; it is the team’s once its DNS says so',
    params: idParams,
    body: teamDomainInputSchema,
    answer: teamDomainSchema,
    status: 201,
  },
  'teams.verifyDomain': {
    method: 'post',
    path: '/teams/{id}/domains/{domainId}/verification',
    permission: 'teams:write',
    summary: 'Look whether the DNS of a domain says that it is the team’s',
    params: domainParams,
    answer: teamDomainSchema,
  },
  'teams.changeDomain': {
    method: 'patch',
    path: '/teams/{id}/domains/{domainId}',
    permission: 'teams:write',
    proof: true,
    summary: 'Say whether people of a domain come in by the team’s sign-in methods only',
    params: domainParams,
    body: teamDomainPatchSchema,
    answer: teamDomainSchema,
  },
  'teams.removeDomain': {
    method: 'delete',
    path: '/teams/{id}/domains/{domainId}',
    permission: 'teams:write',
    proof: true,
    summary: 'Give a domain up',
    params: domainParams,
  },
  'teams.signInProviders': {
    method: 'get',
    path: '/teams/{id}/sign-in-providers',
    permission: 'teams:read',
    summary: 'Sign-in providers that a team can use',
    params: idParams,
    answer: listOf(signInProviderSchema),
  },
  'teams.signInMethods': {
    method: 'get',
    path: '/teams/{id}/sign-in-methods',
    permission: 'teams:read',
    summary: 'List the sign-in methods of a team',
    params: idParams,
    answer: listOf(teamSignInMethodSchema),
  },
  'teams.addSignInMethod': {
    method: 'post',
    path: '/teams/{id}/sign-in-methods',
    permission: 'teams:write',
    proof: true,
    summary: 'Set up a sign-in method of a team',
    params: idParams,
    body: teamSignInMethodInputSchema,
    answer: teamSignInMethodSchema,
    status: 201,
  },
  'teams.changeSignInMethod': {
    method: 'patch',
    path: '/teams/{id}/sign-in-methods/{methodId}',
    permission: 'teams:write',
    proof: true,
    summary: 'Change a sign-in method of a team',
    params: methodParams,
    body: teamSignInMethodPatchSchema,
    answer: teamSignInMethodSchema,
  },
  'teams.removeSignInMethod': {
    method: 'delete',
    path: '/teams/{id}/sign-in-methods/{methodId}',
    permission: 'teams:write',
    proof: true,
    summary: 'Remove a sign-in method of a team that nobody has linked',
    params: methodParams,
  },
  'teams.directory': {
    method: 'get',
    path: '/teams/{id}/directory',
    permission: 'teams:read',
    summary: 'Read what the directory of a team has said, and by which tokens',
    params: idParams,
    answer: directorySchema,
  },
  'teams.addDirectoryToken': {
    method: 'post',
    path: '/teams/{id}/directory/tokens',
    permission: 'teams:write',
    proof: true,
    summary: 'Make a token by which a directory manages the people of a team',
    params: idParams,
    body: directoryTokenInputSchema,
    answer: newDirectoryTokenSchema,
    status: 201,
  },
  'teams.removeDirectoryToken': {
    method: 'delete',
    path: '/teams/{id}/directory/tokens/{tokenId}',
    permission: 'teams:write',
    summary: 'End a token of a directory',
    params: tokenParams,
  },
  'teams.changeDirectoryGroup': {
    method: 'patch',
    path: '/teams/{id}/directory/groups/{groupId}',
    permission: 'teams:write',
    proof: true,
    summary: 'Say which role in the team a group of its directory gives',
    params: groupParams,
    body: directoryGroupPatchSchema,
    answer: directoryGroupSchema,
  },
});
