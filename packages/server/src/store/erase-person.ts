import { sql } from 'kysely';
import type { Database, Db } from './database.ts';
import { noEmailDomain } from './users.ts';

/** What an erased account is called wherever its name stood. */
const erasedName = 'Deleted account';

/** Everything that is a person's alone, and that nothing else refers to. */
const ownTables = [
  'auth_accounts',
  'auth_sessions',
  'auth_flows',
  'identities',
  'passkeys',
  'second_factors',
  'backup_codes',
  'notice_targets',
  'saved_views',
  'billing_details',
  'stored_objects',
  'team_members',
  'payment_payers',
  'auto_top_ups',
  'directory_users',
  'directory_group_members',
] as const;

/**
 * Takes from the database who somebody was: names, address, ways to sign in, what they kept. Of keys and tokens stays that there were
 * some, because the books refer to them; the user stays as a number without a name, for the same reason. Sent to nobody: the
 * caller tells processes of it.
 */
export async function erasePerson(db: Db, userId: string, at: number): Promise<void> {
  for (const table of ownTables) await db.deleteFrom(table).where('user_id', '=', userId).execute();
  await db
    .deleteFrom('export_chunks')
    .where('export_id', 'in', (is) => is.selectFrom('exports').select('id').where('user_id', '=', userId))
    .execute();
  await db.deleteFrom('exports').where('user_id', '=', userId).execute();
  await db.deleteFrom('media_tasks').where('user_id', '=', userId).execute();
  await db.deleteFrom('invitation_codes').where('user_id', '=', userId).execute();
  await db.updateTable('invites').set({ email: null, note: '' }).where('used_by', '=', userId).execute();
  await db
    .updateTable('api_keys')
    .set({ name: '', allowed_ips: null, enabled: 0, updated_at: at })
    .where('user_id', '=', userId)
    .execute();
  const unended = db.updateTable('api_keys').set({ revoked_at: at }).where('user_id', '=', userId);
  await unended.where('revoked_at', 'is', null).execute();
  await db.updateTable('access_tokens').set({ name: '' }).where('user_id', '=', userId).execute();
  const tokens = db.updateTable('access_tokens').set({ revoked_at: at }).where('user_id', '=', userId);
  await tokens.where('revoked_at', 'is', null).execute();
  await db
    .updateTable('auth_users')
    .set({ name: erasedName, email: `${userId}${noEmailDomain}`.toLowerCase() })
    .where('id', '=', userId)
    .execute();
  await db
    .updateTable('users')
    .set({
      enabled: 0,
      role: 'user',
      exceptions_json: null,
      username: null,
      email_key: null,
      email_verified_at: null,
      time_zone: null,
      updated_at: at,
    })
    .where('id', '=', userId)
    .execute();
}

/**
 * Takes the client's address out of at most `limit` requests of a user that come after one, by id. Returns the id of the last of them;
 * undefined when there are none.
 */
export async function forgetAddresses(
  { db, kind }: Pick<Database, 'db' | 'kind'>,
  userId: string,
  after: string,
  limit: number,
): Promise<string | undefined> {
  const rows = await db
    .selectFrom('request_logs')
    .select('id')
    .where('user_id', '=', userId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  const last = rows.at(-1)?.id;
  if (last === undefined) return undefined;
  const without =
    kind === 'postgres'
      ? sql<string>`jsonb_set(detail::jsonb, '{ip}', '""')::text`
      : sql<string>`json_set(detail, '$.ip', '')`;
  await db
    .updateTable('request_logs')
    .set({ detail: without })
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  return last;
}

/** What of a person's is still under way, and must end before they are erased: answers, tasks and batches that are worked on or kept. */
export async function openWorkOf(db: Db, userId: string): Promise<number> {
  const counts = [
    await db
      .selectFrom('background_responses')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow(),
    await db
      .selectFrom('media_tasks')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .where((is) => is.or([is('finished_at', '=', 0), is('files_until', '>', 0)]))
      .executeTakeFirstOrThrow(),
    await db
      .selectFrom('stored_objects')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .where('finished_at', '=', 0)
      .where('job', '!=', '')
      .executeTakeFirstOrThrow(),
  ];
  return counts.reduce((sum, { count }) => sum + Number(count), 0);
}

/** Has what is kept of a person's tasks thrown away by the job that does so. */
export async function endKeptFiles(db: Db, userId: string, at: number): Promise<void> {
  const query = db.updateTable('media_tasks').set({ files_until: at }).where('user_id', '=', userId);
  await query.where('files_until', '>', at).execute();
}
