import { sql } from 'kysely';
import { z } from 'zod';
import type { Allowance, Scope } from '../../domain/subscription.ts';
import type { Db } from '../database.ts';

/** What a key's requests are paid by, read with the key: for `select`, beside the row of its user. */

/** The group of a user's latest subscription that gives one; null without. */
export const subscribedGroup = sql<string | null>`(select s.user_group from subscriptions s
  where s.user_id = users.id and s.state in ('trialing', 'active', 'past_due') and s.user_group is not null
  order by s.created_at desc, s.id desc limit 1)`;

/** Not null when a user, or for a key of a team the team, has allowances at all, so that nobody else costs a second look. */
export const hasAllowances = sql<number | null>`(select 1 from allowances a
  where a.user_id = coalesce(api_keys.team_id, users.id) and a.state = 'open' limit 1)`;

const scopeSchema = z.object({
  overflow: z.boolean(),
  models: z.array(z.string()).nullable(),
  groups: z.array(z.string()).nullable(),
  channels: z.array(z.string()).nullable(),
});

/**
 * A user's allowances (or a team's), the first to end first; those of paused subscriptions do not pay. `place` is how many came into
 * the team before who asks: there is a seat for so many members as are paid for.
 */
export async function payingAllowances(db: Db, userId: string, place = 0): Promise<readonly Allowance[]> {
  const rows = await db
    .selectFrom('allowances')
    .innerJoin('subscriptions', 'subscriptions.id', 'allowances.subscription_id')
    .select([
      'allowances.meter_id',
      'allowances.unit',
      'allowances.starts_at',
      'allowances.ends_at',
      'subscriptions.terms',
    ])
    .where('allowances.user_id', '=', userId)
    .where('allowances.state', '=', 'open')
    .where('subscriptions.state', '<>', 'paused')
    .where((is) => is.or([is('subscriptions.seats', 'is', null), is('subscriptions.seats', '>', place)]))
    .orderBy('allowances.ends_at')
    .orderBy('allowances.id')
    .execute();
  return rows.map((row) => {
    const { overflow, ...scope } = scopeSchema.parse(JSON.parse(row.terms));
    return {
      meter: row.meter_id,
      unit: row.unit,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      overflow,
      scope: scopeOf(scope),
    };
  });
}

/** The place of a member in the order in which people came into a team, from 0; undefined for who is no member. */
export async function placeInTeam(db: Db, teamId: string, userId: string): Promise<number | undefined> {
  const members = await db
    .selectFrom('team_members')
    .select('user_id')
    .where('team_id', '=', teamId)
    .orderBy('created_at')
    .orderBy('user_id')
    .execute();
  const place = members.findIndex((member) => member.user_id === userId);
  return place === -1 ? undefined : place;
}

const scopeOf = (lists: { readonly [K in keyof Scope]: readonly string[] | null }): Scope => ({
  models: setOf(lists.models),
  groups: setOf(lists.groups),
  channels: setOf(lists.channels),
});

const setOf = (list: readonly string[] | null): ReadonlySet<string> | undefined =>
  list === null ? undefined : new Set(list);
