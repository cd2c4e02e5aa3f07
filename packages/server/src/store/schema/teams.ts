import type { TeamRole } from '@tollgate/contract/api/teams';
import { column, optional } from '../table.ts';

/** People who share keys and a wallet; migration 0046. */
export const teamTables = {
  teams: { id: column.id, name: column.text(100), created_at: column.moment, updated_at: column.moment },
  team_members: {
    team_id: column.id,
    user_id: column.id,
    role: column.text<TeamRole>(20),
    created_at: column.moment,
  },
  /** Known by the hash of its token; gone when it was taken. */
  team_invitations: {
    id: column.id,
    team_id: column.id,
    hash: column.text(64),
    role: column.text<TeamRole>(20),
    note: optional(column.text(100)),
    email: optional(column.text(320)),
    created_by: column.id,
    created_at: column.moment,
    expires_at: column.moment,
  },
  /** `claimed` is the domain once it is verified, of which one team has it; `token` stands in its DNS. Migration 0098. */
  team_domains: {
    id: column.id,
    team_id: column.id,
    domain: column.text(253),
    claimed: optional(column.text(253)),
    token: column.text(80),
    enforced: column.flag,
    verified_at: optional(column.moment),
    missing_since: optional(column.moment),
    created_at: column.moment,
  },
  /** Known by the SHA-256 of its text. Migration 0099. */
  directory_tokens: {
    id: column.id,
    team_id: column.id,
    name: column.text(100),
    hash: column.text(64),
    last_four: column.text(4),
    created_at: column.moment,
    last_used_at: optional(column.moment),
  },
  /** What a directory has said of somebody; `active` is 0 once it has said that they are gone. */
  directory_users: {
    team_id: column.id,
    user_id: column.id,
    external_id: optional(column.text(255)),
    user_name: column.text(320),
    active: column.flag,
    created_at: column.moment,
    updated_at: column.moment,
  },
  /** `role` is the one in the team that its members have by it. */
  directory_groups: {
    id: column.id,
    team_id: column.id,
    external_id: optional(column.text(255)),
    name: column.text(255),
    role: optional(column.text<TeamRole>(20)),
    created_at: column.moment,
    updated_at: column.moment,
  },
  directory_group_members: { group_id: column.id, user_id: column.id },
};
