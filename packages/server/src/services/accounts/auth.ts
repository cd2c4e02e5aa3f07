import type { BetterAuthOptions } from 'better-auth';
import { authDatabase, authTables } from '../../store/auth-database.ts';
import type { Database } from '../../store/database.ts';
import { passwordHashing, type PasswordHashing } from './password-hashing.ts';

/** Longest password taken; a passphrase fits, and hashing it costs no more than a short one. */
export const maxPasswordLength = 256;
export const minPasswordLength = 8;

const daySeconds = 24 * 60 * 60;

export type AuthDeps = {
  readonly database: Database;
  /** Signs the session cookies; derived from the master secret by the caller, the same in every process. */
  readonly secret: string;
  /** A new unique id, sorted by time, ASCII, of at most 60 characters. */
  readonly newId: () => string;
  /** Absent: that of this process. */
  readonly passwords?: PasswordHashing;
};

/**
 * better-auth's settings. Only its core for now: e-mail with password, and sessions. OAuth, passkeys, TOTP and teams
 * are plugins of its own that join here, with a migration for their tables. Roles and groups are not in its reach
 * (table `users`). The admin API calls it as a library and mounts no route of its, so nothing is open by default.
 */
function authOptions(deps: AuthDeps, secureCookies: boolean) {
  const { hash, verify } = deps.passwords ?? hashing;
  return {
    appName: 'Tollgate',
    database: authDatabase(deps.database),
    secret: deps.secret,
    basePath: '/api/auth',
    user: authTables.user,
    account: authTables.account,
    verification: authTables.verification,
    // Sessions are read from the database on every call, without a cookie cache: whoever is shut out is out at once.
    // How long they live is a setting (`session-life.ts`), of which this is the upper bound.
    session: { ...authTables.session, expiresIn: 366 * daySeconds, cookieCache: { enabled: false } },
    emailAndPassword: {
      enabled: true,
      autoSignIn: false,
      minPasswordLength,
      maxPasswordLength,
      password: { hash, verify },
    },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'tollgate',
      useSecureCookies: secureCookies,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      database: {
        generateId: ({ model }) => `${model === 'user' ? 'usr' : model}_${deps.newId()}`,
        validateSchema: false,
      },
    },
    // It would write the addresses of people who mistype into the log.
    logger: { disabled: true },
    telemetry: { enabled: false },
  } satisfies BetterAuthOptions;
}

// One bound for the whole process, however many instances there are.
const hashing = passwordHashing();

/** better-auth takes some 150 ms to load and nothing of the relay needs it, so it is loaded at its first use. */
async function build(deps: AuthDeps, secureCookies: boolean) {
  const { betterAuth } = await import('better-auth');
  return betterAuth(authOptions(deps, secureCookies));
}

export type Auth = Awaited<ReturnType<typeof build>>;

/**
 * The door to better-auth, opened on first use. Cookies carry `Secure` (and its name's prefix) when the browser came
 * by https, so there is an instance for either.
 */
export function openAuth(deps: AuthDeps): (secureCookies: boolean) => Promise<Auth> {
  const opened = new Map<boolean, Promise<Auth>>();
  return (secureCookies) => {
    let auth = opened.get(secureCookies);
    if (auth === undefined) {
      auth = build(deps, secureCookies);
      opened.set(secureCookies, auth);
      // A failed load (a database that is down) must not be remembered for ever.
      auth.catch(() => opened.delete(secureCookies));
    }
    return auth;
  };
}
