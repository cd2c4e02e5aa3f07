import type { KeyRecord, RateLimits } from '../domain/snapshot.ts';
import type { Db } from './database.ts';
import { cutPage, type Page, type PageMark } from './page.ts';
import type { RowOf } from './schema.ts';
import { readRole } from './users.ts';

/** An API key as its owner sees it. Its text is known to nobody; `prefix` and `lastFour` are what is left of it. */
export type ApiKey = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly prefix: string;
  readonly lastFour: string;
  readonly enabled: boolean;
  readonly expiresAt: number | null;
  readonly models: readonly string[] | null;
  readonly allowedIps: readonly string[] | null;
  readonly group: string | null;
  readonly limitNanos: bigint | null;
  readonly strictConversion: boolean;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly concurrent: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

type Changeable = Omit<ApiKey, 'id' | 'userId' | 'prefix' | 'lastFour' | 'createdAt' | 'updatedAt'>;

/** What can be changed of a key after its creation; an absent or undefined field stays as it is. */
export type ApiKeyChange = { readonly [K in keyof Changeable]?: Changeable[K] | undefined };

const list = (text: string | null): readonly string[] | null => {
  if (text === null) return null;
  const parsed: unknown = JSON.parse(text);
  return Array.isArray(parsed) ? parsed.filter((entry) => typeof entry === 'string') : [];
};

const text = (values: readonly string[] | null): string | null => (values === null ? null : JSON.stringify(values));

const read = (row: RowOf<'api_keys'>): ApiKey => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  prefix: row.prefix,
  lastFour: row.last_four,
  enabled: row.enabled === 1,
  expiresAt: row.expires_at,
  models: list(row.models),
  allowedIps: list(row.allowed_ips),
  group: row.key_group,
  limitNanos: row.limit_nanos,
  strictConversion: row.strict_conversion === 1,
  requestsPerMinute: row.requests_per_minute,
  tokensPerMinute: row.tokens_per_minute,
  concurrent: row.concurrent,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** API keys. Their texts are known to nobody; they are found by hash. */
export const apiKeyRepository = {
  async insert(db: Db, key: Omit<ApiKey, 'updatedAt' | 'enabled'>, hash: string): Promise<void> {
    await db
      .insertInto('api_keys')
      .values({
        id: key.id,
        user_id: key.userId,
        name: key.name,
        hash,
        prefix: key.prefix,
        last_four: key.lastFour,
        enabled: 1,
        expires_at: key.expiresAt,
        models: text(key.models),
        allowed_ips: text(key.allowedIps),
        key_group: key.group,
        limit_nanos: key.limitNanos,
        strict_conversion: key.strictConversion ? 1 : 0,
        requests_per_minute: key.requestsPerMinute,
        tokens_per_minute: key.tokensPerMinute,
        concurrent: key.concurrent,
        created_at: key.createdAt,
        updated_at: key.createdAt,
        revoked_at: null,
      })
      .execute();
  },

  /** A key that has not been revoked; of this user only when one is named, so that a stranger's id finds nothing. */
  async find(db: Db, id: string, userId?: string): Promise<ApiKey | undefined> {
    let query = db.selectFrom('api_keys').selectAll().where('id', '=', id).where('revoked_at', 'is', null);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    const row = await query.executeTakeFirst();
    return row && read(row);
  },

  /** A page of keys that have not been revoked, newest first; of all users when none is named. */
  async page(
    db: Db,
    ask: { readonly userId?: string | undefined; readonly limit: number; readonly after?: PageMark | undefined },
  ): Promise<Page<ApiKey>> {
    let query = db
      .selectFrom('api_keys')
      .selectAll()
      .where('revoked_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(ask.limit + 1);
    if (ask.userId !== undefined) query = query.where('user_id', '=', ask.userId);
    const { after } = ask;
    if (after !== undefined)
      query = query.where((is) =>
        is.or([is('created_at', '<', after.at), is.and([is('created_at', '=', after.at), is('id', '<', after.id)])]),
      );
    const rows = await query.execute();
    return cutPage(rows.map(read), ask.limit, (key) => ({ at: key.createdAt, id: key.id }));
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
        ...(change.enabled !== undefined && { enabled: change.enabled ? 1 : 0 }),
        ...(change.expiresAt !== undefined && { expires_at: change.expiresAt }),
        ...(change.models !== undefined && { models: text(change.models) }),
        ...(change.allowedIps !== undefined && { allowed_ips: text(change.allowedIps) }),
        ...(change.group !== undefined && { key_group: change.group }),
        ...(change.limitNanos !== undefined && { limit_nanos: change.limitNanos }),
        ...(change.strictConversion !== undefined && { strict_conversion: change.strictConversion ? 1 : 0 }),
        ...(change.requestsPerMinute !== undefined && { requests_per_minute: change.requestsPerMinute }),
        ...(change.tokensPerMinute !== undefined && { tokens_per_minute: change.tokensPerMinute }),
        ...(change.concurrent !== undefined && { concurrent: change.concurrent }),
        updated_at: at,
      })
      .where('id', '=', id)
      .execute();
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

  /** The key with this hash and the user who owns it, as the relay needs them; revoked keys are not found. */
  async findRecord(db: Db, hash: string): Promise<KeyRecord | undefined> {
    const row = await db
      .selectFrom('api_keys')
      .innerJoin('users', 'users.id', 'api_keys.user_id')
      .select([
        'api_keys.id',
        'api_keys.name',
        'api_keys.enabled',
        'api_keys.expires_at',
        'api_keys.models',
        'api_keys.allowed_ips',
        'api_keys.key_group',
        'api_keys.limit_nanos',
        'api_keys.strict_conversion',
        'api_keys.requests_per_minute',
        'api_keys.tokens_per_minute',
        'api_keys.concurrent',
        'users.id as user_id',
        'users.role',
        'users.user_group',
        'users.enabled as user_enabled',
        'users.requests_per_minute as user_requests',
        'users.tokens_per_minute as user_tokens',
        'users.concurrent as user_concurrent',
      ])
      .where('api_keys.hash', '=', hash)
      .where('api_keys.revoked_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const models = list(row.models);
    const userLimits: RateLimits = {
      requestsPerMinute: limit(row.user_requests),
      tokensPerMinute: limit(row.user_tokens),
      concurrent: limit(row.user_concurrent),
    };
    return {
      id: row.id,
      name: row.name,
      enabled: row.enabled === 1,
      expiresAt: row.expires_at ?? undefined,
      models: models === null ? undefined : new Set(models),
      allowedIps: list(row.allowed_ips) ?? undefined,
      group: row.key_group ?? undefined,
      limited: row.limit_nanos !== null,
      strictConversion: row.strict_conversion === 1,
      limits: {
        requestsPerMinute: limit(row.requests_per_minute),
        tokensPerMinute: limit(row.tokens_per_minute),
        concurrent: limit(row.concurrent),
      },
      user: {
        id: row.user_id,
        role: readRole(row.role),
        enabled: row.user_enabled === 1,
        group: row.user_group,
        limits: userLimits,
      },
    };
  },
};

const limit = (value: number | null): number | undefined => value ?? undefined;
