import type { Database } from './database.ts';

/**
 * The main database in the shape in which better-auth takes one: its own Kysely adapter on our connections. The names
 * of tables and columns are in {@link authTables}; our migrations create them, better-auth's never run.
 */
export function authDatabase(database: Database) {
  return { db: database.db, type: database.kind, transaction: true } as const;
}

const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/** better-auth's models in our spelling. */
export const authTables = {
  user: { modelName: 'auth_users', fields: { ...times, emailVerified: 'email_verified' } },
  session: {
    modelName: 'auth_sessions',
    fields: {
      ...times,
      userId: 'user_id',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
    },
  },
  account: {
    modelName: 'auth_accounts',
    fields: {
      ...times,
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
    },
  },
  verification: { modelName: 'auth_verifications', fields: { ...times, expiresAt: 'expires_at' } },
} as const;
