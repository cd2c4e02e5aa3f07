import { z } from 'zod';
import { keySchema } from '../api/keys.ts';
import { listOf } from '../api/page.ts';
import { creditLineInputSchema } from '../api/people.ts';
import {
  newTeamInvitationSchema,
  teamCreditSchema,
  teamFundSchema,
  teamInputSchema,
  teamInvitationInputSchema,
  teamInvitationSchema,
  teamJoinSchema,
  teamMemberPatchSchema,
  teamMemberSchema,
  teamQuerySchema,
  teamSchema,
} from '../api/teams.ts';
import { declare } from './declare.ts';
import { idParams } from './params.ts';

const memberParams = z.strictObject({ id: z.string(), userId: z.string() });
const invitationParams = z.strictObject({ id: z.string(), invitationId: z.string() });

/** Teams: members, invitations, keys and the wallet that pays for them. To others than its members a team does not exist. */
export const teamOperations = declare({
  'teams.list': {
    method: 'get',
    path: '/teams',
    permission: 'teams:read',
    summary: 'List the teams that one is in',
    query: teamQuerySchema,
    answer: listOf(teamSchema),
  },
  'teams.create': {
    method: 'post',
    path: '/teams',
    permission: 'teams:write',
    summary: 'Create a team, whose owner one is',
    body: teamInputSchema,
    answer: teamSchema,
    status: 201,
  },
  'teams.join': {
    method: 'post',
    path: '/teams/members',
    permission: 'teams:write',
    summary: 'Join a team by an invitation',
    body: teamJoinSchema,
    answer: teamSchema,
  },
  'teams.read': {
    method: 'get',
    path: '/teams/{id}',
    permission: 'teams:read',
    summary: 'Read a team',
    params: idParams,
    answer: teamSchema,
  },
  'teams.update': {
    method: 'patch',
    path: '/teams/{id}',
    permission: 'teams:write',
    summary: 'Rename a team',
    params: idParams,
    body: teamInputSchema.partial(),
    answer: teamSchema,
  },
  'teams.members': {
    method: 'get',
    path: '/teams/{id}/members',
    permission: 'teams:read',
    summary: 'List the members of a team, with what they spend',
    params: idParams,
    answer: listOf(teamMemberSchema),
  },
  'teams.changeMember': {
    method: 'patch',
    path: '/teams/{id}/members/{userId}',
    permission: 'teams:write',
    summary: 'Change the role or the monthly limit of a member',
    params: memberParams,
    body: teamMemberPatchSchema,
  },
  'teams.keys': {
    method: 'get',
    path: '/teams/{id}/keys',
    permission: 'teams:read',
    summary: 'List the keys that the team pays for: all for owners and admins, one’s own for others',
    params: idParams,
    answer: listOf(keySchema),
  },
  'teams.invitations': {
    method: 'get',
    path: '/teams/{id}/invitations',
    permission: 'teams:read',
    summary: 'List the open invitations of a team',
    params: idParams,
    answer: listOf(teamInvitationSchema),
  },
  'teams.invite': {
    method: 'post',
    path: '/teams/{id}/invitations',
    permission: 'teams:write',
    summary: 'Make an invitation that works once, within a week',
    params: idParams,
    body: teamInvitationInputSchema,
    answer: newTeamInvitationSchema,
    status: 201,
  },
  'teams.revokeInvitation': {
    method: 'delete',
    path: '/teams/{id}/invitations/{invitationId}',
    permission: 'teams:write',
    summary: 'Revoke an invitation',
    params: invitationParams,
  },
  'teams.fund': {
    method: 'post',
    path: '/teams/{id}/funds',
    permission: 'teams:write',
    summary: 'Pay from one’s own wallet into the team’s',
    params: idParams,
    body: teamFundSchema,
    answer: teamSchema,
  },
  'teams.credit': {
    method: 'post',
    path: '/teams/{id}/credits',
    permission: 'wallets:write',
    proof: true,
    summary: 'Credit or debit the wallet of a team',
    params: idParams,
    body: teamCreditSchema,
    answer: teamSchema,
  },
  'teams.setCreditLine': {
    method: 'put',
    path: '/teams/{id}/credit-line',
    permission: 'wallets:write',
    proof: true,
    summary: 'Set how far below zero usage may take the wallet of a team',
    params: idParams,
    body: creditLineInputSchema,
    answer: teamSchema,
  },
  'teams.removeMember': {
    method: 'delete',
    path: '/teams/{id}/members/{userId}',
    permission: 'teams:write',
    summary: 'Remove a member, or leave: their keys of the team end',
    params: memberParams,
  },
});
