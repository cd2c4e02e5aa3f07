import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { KeyFields } from '@tollgate/contract/entities/key';
import type { KeyRecord, RateLimits } from '../domain/snapshot.ts';
import { countingBudgets, hasBudgets } from './budgets.ts';
import type { Db } from './database.ts';
import { cutPage, newestFirst, type Page, type PageAsk } from './page.ts';
import { allOf, inChunks } from './pages.ts';
import type { RowOf, Tables } from './tables.ts';
import { keyColumns } from './schema/accounts.ts';
import { hasGivenCredits, payingCredits } from './rewards/given-credits.ts';
import { hasAllowances, payingAllowances, placeInTeam, subscribedGroup } from './subscriptions/paying.ts';
import { readRights } from './roles.ts';
import { isLike } from './text-like.ts';

/** An API key as its owner sees it. Its text is known to nobody; `prefix` and `lastFour` are what is left of it. */
export type ApiKey = KeyFields & {
  readonly id: string;
  readonly userId: string;
  /** The team whose wallet pays for it; null for its owner's own. */
  readonly teamId: string | null;
  readonly name: string;
  readonly prefix: string;
  readonly lastFour: string;
  readonly limitNanos: bigint | null;
  /** Whether an administrator gave it its group, which is not its owner's. */
  readonly groupGranted: boolean;
  /** Until when the text from before the last rotation works, in ms since the epoch; null when it does not. */
  readonly previousUntil: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

type Changeable = KeyFields & Pick<ApiKey, 'name' | 'limitNanos' | 'groupGranted'>;

/** What can be changed of a key after its creation; an absent or undefined field stays as it is. */
export type ApiKeyChange = { readonly [K in keyof Changeable]?: Changeable[K] | undefined };

const read = (row: RowOf<'api_keys'>): ApiKey => ({
  id: row.id,
  userId: row.user_id,
  teamId: row.team_id,
  name: row.name,
  prefix: row.prefix,
  lastFour: row.last_four,
  limitNanos: row.limit_nanos,
  ...keyColumns.read(row),
  groupGranted: row.group_granted === 1,
  previousUntil: row.previous_until,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** The query of `expiring`, for the test that asks the databases how they would run it. */
export const expiringKeysQuery = (
  db: Db,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
) =>
  db
    .selectFrom('api_keys')
    .selectAll()
    .where('expires_at', '>', from)
    .where('expires_at', '<=', to)
    .where('revoked_at', 'is', null)
    .where('enabled', '=', 1)
    .orderBy('expires_at')
    .limit(limit);

/** Whether a key is one that is looked for; see `page`. */
const found =
  (db: Db, search: string) =>
  (is: ExpressionBuilder<Tables, 'api_keys'>): Expression<SqlBool> =>
    is.or([
      isLike('name', `*${search}*`),
      is('last_four', '=', search),
      is('prefix', '=', search),
      is(
        'user_id',
        'in',
        db
          .selectFrom('auth_users')
          .select('id')
          .where(isLike('email', `*${search}*`)),
      ),
    ]);

/** API keys. Their texts are known to nobody; they are found by hash. */
export const apiKeyRepository = {
  async insert(db: Db, key: Omit<ApiKey, 'updatedAt' | 'previousUntil'>, hash: string): Promise<void> {
    await db
      .insertInto('api_keys')
      .values({
        id: key.id,
        user_id: key.userId,
        team_id: key.teamId,
        name: key.name,
        hash,
        prefix: key.prefix,
        last_four: key.lastFour,
        limit_nanos: key.limitNanos,
        ...keyColumns.write(key),
        group_granted: key.groupGranted ? 1 : 0,
        previous_hash: null,
        previous_until: null,
        created_at: key.createdAt,
        updated_at: key.createdAt,
        revoked_at: null,
      })
      .execute();
  },

  /** Those of the named that there are and that have not been revoked. */
  some: (db: Db, ids: Iterable<string>): Promise<readonly ApiKey[]> =>
    allOf(
      inChunks(ids, async (chunk) => {
        const query = db.selectFrom('api_keys').selectAll().where('id', 'in', chunk).where('revoked_at', 'is', null);
        const rows = await query.execute();
        return rows.map(read);
      }),
    ),

  /** Keys in force that end between two moments (ms), the next to end first. */
  async expiring(
    db: Db,
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<readonly ApiKey[]> {
    const rows = await expiringKeysQuery(db, range).execute();
    return rows.map(read);
  },

  /** A key that has not been revoked; of this user or a team that they manage only when one is named, so that a stranger's id finds nothing. */
  async find(db: Db, id: string, userId?: string): Promise<ApiKey | undefined> {
    let query = db.selectFrom('api_keys').selectAll().where('id', '=', id).where('revoked_at', 'is', null);
    if (userId !== undefined)
      query = query.where((is) => is.or([is('user_id', '=', userId), is('team_id', 'in', teamsManagedBy(db, userId))]));
    const row = await query.executeTakeFirst();
    return row && read(row);
  },

  /** The keys that a team pays for, newest first: of one member, or of all when none is named. */
  async ofTeam(db: Db, teamId: string, userId: string | undefined): Promise<readonly ApiKey[]> {
    let query = db.selectFrom('api_keys').selectAll().where('team_id', '=', teamId).where('revoked_at', 'is', null);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    return (await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1000).execute()).map(read);
  },

  /**
   * A page of keys that have not been revoked, newest first; of all users when none is named. `search` is a part of the name or of the
   * owner's e-mail address, or how the key's text begins or ends.
   */
  async page(
    db: Db,
    {
      userId,
      search,
      ...ask
    }: PageAsk & { readonly userId?: string | undefined; readonly search?: string | undefined },
  ): Promise<Page<ApiKey>> {
    let query = newestFirst(db.selectFrom('api_keys').selectAll().where('revoked_at', 'is', null), 'api_keys', ask);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    if (search !== undefined) query = query.where(found(db, search));
    const rows = await query.execute();
    return cutPage(rows.map(read), ask.limit);
  },

  /** How many keys of a user have not been revoked. */
  async count(db: Db, userId: string): Promise<number> {
    const row = await db
      .selectFrom('api_keys')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  },

  async update(db: Db, id: string, change: ApiKeyChange, at: number): Promise<void> {
    await db
      .updateTable('api_keys')
      .set({
        ...(change.name !== undefined && { name: change.name }),
        ...(change.limitNanos !== undefined && { limit_nanos: change.limitNanos }),
        ...keyColumns.writeSome(change),
        ...(change.groupGranted !== undefined && { group_granted: change.groupGranted ? 1 : 0 }),
        updated_at: at,
      })
      .where('id', '=', id)
      .execute();
  },

  /**
   * Takes back what keys of a user were given: this group; or (undefined) any group, where they go on to, and which fields they may have. Returns the
   * keys it concerned.
   */
  async endGrants(db: Db, userId: string, group: string | undefined, at: number): Promise<readonly string[]> {
    const keys = db.selectFrom('api_keys').select('id').where('user_id', '=', userId).where('revoked_at', 'is', null);
    const query =
      group === undefined
        ? keys.where((is) =>
            is.or([
              is('group_granted', '=', 1),
              is('fallbacks_json', 'is not', null),
              is('pass_fields_json', 'is not', null),
            ]),
          )
        : keys.where('group_granted', '=', 1).where('key_group', '=', group);
    const ids = (await query.execute()).map((row) => row.id);
    if (ids.length > 0)
      await db
        .updateTable('api_keys')
        .set({
          group_granted: 0,
          updated_at: at,
          ...(group === undefined && { fallbacks_json: null, pass_fields_json: null }),
        })
        .where('id', 'in', ids)
        .execute();
    return ids;
  },

  /** Ends a key for ever. The row stays, because charges and logs refer to it. */
  async revoke(db: Db, id: string, at: number): Promise<void> {
    await db
      .updateTable('api_keys')
      .set({ revoked_at: at, enabled: 0, updated_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
  },

  /**
   * Gives a key another text. The one that it had works until `previousUntil`, when that is given; one from an earlier
   * rotation ends.
   */
  async rotate(
    db: Db,
    id: string,
    to: { readonly hash: string; readonly prefix: string; readonly lastFour: string },
    previousUntil: number | null,
    at: number,
  ): Promise<void> {
    await db
      .updateTable('api_keys')
      // MySQL reads what was set before it: the old hash is taken first.
      .set((is) => ({
        previous_hash: previousUntil === null ? null : is.ref('hash'),
        previous_until: previousUntil,
        hash: to.hash,
        prefix: to.prefix,
        last_four: to.lastFour,
        updated_at: at,
      }))
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
  },

  /** Ends the text that a key had before its last rotation. */
  async endPrevious(db: Db, id: string, at: number): Promise<void> {
    await db
      .updateTable('api_keys')
      .set({ previous_hash: null, previous_until: null, updated_at: at })
      .where('id', '=', id)
      .execute();
  },

  /** The hash (SHA-256, hex) of a key that is not revoked; undefined when there is none. */
  async findHash(db: Db, id: string): Promise<string | undefined> {
    const row = await db.selectFrom('api_keys').select('hash').where('id', '=', id).executeTakeFirst();
    return row?.hash ?? undefined;
  },

  /**
   * The key with this hash and the user who owns it, as the relay needs them; revoked keys are not found. By the hash of
   * a text from before its rotation it is found as one that expires when that text does.
   */
  async findRecord(db: Db, hash: string): Promise<KeyRecord | undefined> {
    const row = await recordQuery(db).where('api_keys.hash', '=', hash).executeTakeFirst();
    if (row !== undefined) return await readRecord(db, row);
    const former = await recordQuery(db).where('api_keys.previous_hash', '=', hash).executeTakeFirst();
    if (former === undefined) return undefined;
    const record = await readRecord(db, former);
    return { ...record, expiresAt: Math.min(record.expiresAt ?? Infinity, former.previous_until ?? 0) };
  },

  /** The same by its id. */
  async findRecordOf(db: Db, id: string): Promise<KeyRecord | undefined> {
    const row = await recordQuery(db).where('api_keys.id', '=', id).executeTakeFirst();
    return row && (await readRecord(db, row));
  },
};

/** The teams whose keys a user may change. */
const teamsManagedBy = (db: Db, userId: string) =>
  db.selectFrom('team_members').select('team_id').where('user_id', '=', userId).where('role', 'in', ['owner', 'admin']);

const recordQuery = (db: Db) =>
  db
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .leftJoin('roles', 'roles.name', 'users.role')
    .selectAll('api_keys')
    .select([
      'users.role',
      'users.exceptions_json',
      'roles.permissions_json as role_permissions',
      'users.user_group',
      'users.enabled as user_enabled',
      'users.requests_per_minute as user_requests',
      'users.tokens_per_minute as user_tokens',
      'users.concurrent as user_concurrent',
      subscribedGroup.as('subscribed_group'),
      hasAllowances.as('has_allowances'),
      hasBudgets.as('has_budgets'),
      hasGivenCredits.as('has_credits'),
    ])
    .where('api_keys.revoked_at', 'is', null);

type RecordRow = NonNullable<Awaited<ReturnType<ReturnType<typeof recordQuery>['executeTakeFirst']>>>;

const noFields: readonly string[] = [];

/** What a team's plans pay for one of its members: nothing for who has no seat. */
async function payingForTeam(db: Db, teamId: string, userId: string): ReturnType<typeof payingAllowances> {
  const place = await placeInTeam(db, teamId, userId);
  return place === undefined ? [] : await payingAllowances(db, teamId, place);
}

async function readRecord(db: Db, row: RecordRow): Promise<KeyRecord> {
  const teamId = row.team_id ?? undefined;
  // What somebody was promised or given for themselves does not pay for their team.
  const own = teamId === undefined;
  const promised =
    row.has_allowances === null
      ? []
      : teamId === undefined
        ? await payingAllowances(db, row.user_id)
        : await payingForTeam(db, teamId, row.user_id);
  const given = !own || row.has_credits === null ? [] : await payingCredits(db, row.user_id);
  // What ends first pays first, wherever it comes from.
  const allowances = given.length === 0 ? promised : [...promised, ...given].toSorted((a, b) => a.endsAt - b.endsAt);
  const budgets =
    row.has_budgets === null ? [] : await countingBudgets(db, { userId: row.user_id, keyId: row.id, teamId });
  const { models, ...key } = keyColumns.read(row);
  const { role, reaches } = readRights(row);
  return {
    id: row.id,
    name: row.name,
    enabled: key.enabled,
    expiresAt: key.expiresAt ?? undefined,
    models: models === null ? undefined : new Set(models),
    allowedIps: key.allowedIps ?? undefined,
    group: key.group ?? undefined,
    groupGranted: row.group_granted === 1,
    fallbacks: key.fallbacks ?? undefined,
    limited: row.limit_nanos !== null,
    strictConversion: key.strictConversion,
    passFields: key.passFields ?? noFields,
    openEndpoints: key.openEndpoints ?? undefined,
    limits: limitsOf(key),
    teamId,
    payers: allowances.length + budgets.length === 0 ? undefined : { allowances, budgets },
    user: {
      id: row.user_id,
      role,
      reaches,
      enabled: row.user_enabled === 1,
      group: row.subscribed_group ?? row.user_group,
      limits: limitsOf({
        requestsPerMinute: row.user_requests,
        tokensPerMinute: row.user_tokens,
        concurrent: row.user_concurrent,
      }),
    },
  };
}

const limitsOf = (kept: { readonly [K in keyof RateLimits]: number | null }): RateLimits => ({
  requestsPerMinute: kept.requestsPerMinute ?? undefined,
  tokensPerMinute: kept.tokensPerMinute ?? undefined,
  concurrent: kept.concurrent ?? undefined,
});
