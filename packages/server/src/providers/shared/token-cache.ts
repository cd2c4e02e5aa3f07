import { fieldOf, fieldsOf, type RefreshTokenGrant, type TokenAuth } from '../auth.ts';
import type { GrantedToken, TokenRequest } from './granted-token.ts';
import { readExchange } from './token-exchange.ts';
import { firstSession, readTokenAnswer, writeRefreshRequest, writeTokenRequest } from './token-grant.ts';
import { openMemorySessions, type TokenSession, type TokenSessions } from './token-sessions.ts';

type Values = Readonly<Record<string, string>>;
type Settings = Readonly<Record<string, unknown>>;

/** For whom a token is: one account of a channel. */
export type TokenOwner = {
  readonly auth: TokenAuth;
  readonly credential: Values;
  readonly settings: Settings;
  /** The channel's; its tokens are asked for the same way as everything else. */
  readonly proxy: string | undefined;
};

/** An access token, and the headers that calls with it carry beside it; their names in lower case. */
export type AccessToken = { readonly token: string; readonly headers: Values };

/** Asks a token endpoint. Rejects when there is no answer; must give up by itself. */
export type AskToken = (
  request: TokenRequest & { readonly proxy: string | undefined },
) => Promise<{ readonly status: number; readonly body: string }>;

export type TokenCache = {
  /** An access token: at once while there is a fresh one. Rejects with a {@link TokenFailure}. */
  get(owner: TokenOwner): AccessToken | Promise<AccessToken>;
  /** An upstream refused the token, which may have been revoked: the next call gets another. */
  drop(owner: TokenOwner, token: string): void;
};

/** Why there is no token. The message holds nothing of the credential. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';
  /** True when the credential was refused, false when its endpoint could not be asked, or is broken. */
  readonly refused: boolean;
  constructor(message: string, refused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.refused = refused;
  }
}

type Entry = {
  access: AccessToken | undefined;
  /** ms since the epoch: when another is fetched although this one is good, and until when it is. */
  refreshAt: number;
  expiresAt: number;
  fetching: Promise<AccessToken> | undefined;
  /** A token that the upstream refused. */
  refused: string | undefined;
  failure: { readonly error: TokenFailure; readonly until: number } | undefined;
};

export type TokenCacheOptions = {
  readonly ask: AskToken;
  /** ms since the epoch. */
  readonly now: () => number;
  /** How long a failure is answered from memory, so that a broken endpoint is not asked with every call. */
  readonly failureMs?: number;
  /** Where refresh tokens are kept that change with each use; by default in memory. */
  readonly sessions?: TokenSessions;
  readonly maxEntries?: number;
};

/** A token is replaced in its last fifth, and no more than so long before its end. */
const earlyPart = 0.2;
const earliestMs = 300_000;
/** Given up so long before its end: it must still be good when it arrives. */
const marginPart = 0.05;
const longestMarginMs = 10_000;

/**
 * Access tokens by account: fetched when first needed, once for all calls that wait; fetched anew in time while the old
 * one goes on being used; a failure remembered for a moment. Kept by what they are made from, so that a change of the
 * configuration loses none.
 */
export function openTokenCache(options: TokenCacheOptions): TokenCache {
  const { now, failureMs = 5000, maxEntries = 10_000, sessions = openMemorySessions() } = options;
  const entries = new Map<string, Entry>();
  const keys = new WeakMap<Values, { readonly settings: Settings; readonly key: string }>();

  /** Worked out once for each credential of a snapshot: a private key is long. */
  function keyOf({ auth, credential, settings }: TokenOwner): string {
    const known = keys.get(credential);
    if (known?.settings === settings) return known.key;
    const fields = fieldsOf(auth).map((field) => fieldOf(credential, field));
    const key = JSON.stringify([auth.url, auth.grant, fields, settings]);
    keys.set(credential, { settings, key });
    return key;
  }

  function entryOf(owner: TokenOwner): Entry {
    const key = keyOf(owner);
    let entry = entries.get(key);
    if (entry) return entry;
    if (entries.size >= maxEntries) makeRoom();
    entry = {
      access: undefined,
      refreshAt: 0,
      expiresAt: 0,
      fetching: undefined,
      refused: undefined,
      failure: undefined,
    };
    entries.set(key, entry);
    return entry;
  }

  /** Drops what has expired, else the oldest: what is still used comes back with its next call. */
  function makeRoom(): void {
    const at = now();
    for (const [key, entry] of entries) if (!entry.fetching && entry.expiresAt <= at) entries.delete(key);
    const [oldest] = entries.keys();
    if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest);
  }

  function fetchInto(entry: Entry, owner: TokenOwner): Promise<AccessToken> {
    const askedAt = now();
    entry.fetching = grantFor(entry, owner, askedAt)
      .then(
        ({ token, lifeMs, headers = {} }) => {
          const access = { token, headers };
          entry.access = access;
          entry.refreshAt = askedAt + lifeMs - Math.min(lifeMs * earlyPart, earliestMs);
          entry.expiresAt = askedAt + lifeMs - Math.min(lifeMs * marginPart, longestMarginMs);
          entry.failure = undefined;
          return access;
        },
        (error: TokenFailure) => {
          entry.failure = { error, until: now() + failureMs };
          throw error;
        },
      )
      .finally(() => {
        entry.fetching = undefined;
      });
    return entry.fetching;
  }

  const grantFor = ({ refused }: Entry, owner: TokenOwner, at: number): Promise<GrantedToken> => {
    const { grant } = owner.auth;
    return grant.type === 'refresh-token' ? session(owner, grant, refused, at) : request(owner, at);
  };

  async function request(owner: TokenOwner, at: number): Promise<GrantedToken> {
    const { auth, credential, settings, proxy } = owner;
    let written: TokenRequest;
    try {
      written = await writeTokenRequest(auth, credential, settings, at);
    } catch (cause) {
      throw new TokenFailure('the credential cannot be used: its key does not fit', true, { cause });
    }
    const { grant } = auth;
    const read = grant.type === 'exchange' ? readExchange.bind(undefined, grant) : readTokenAnswer;
    return await send(options, written, proxy, read);
  }

  /** A token of a session that is refreshed when it must be, by one process for all. */
  async function session(
    owner: TokenOwner,
    grant: RefreshTokenGrant,
    refused: string | undefined,
    at: number,
  ): Promise<GrantedToken> {
    const first = firstSession(grant, owner.credential);
    const exchange = async (before: TokenSession): Promise<TokenSession> => {
      const granted = await send(
        options,
        writeRefreshRequest(owner.auth, grant, owner, before.refreshToken),
        owner.proxy,
      );
      const { token: accessToken, refreshToken = before.refreshToken, lifeMs } = granted;
      return { accessToken, refreshToken, expiresAt: now() + lifeMs };
    };
    const account = JSON.stringify([owner.auth.url, grant.clientId, first.refreshToken]);
    try {
      const freshUntil = at + earliestMs + longestMarginMs;
      const { accessToken, expiresAt } = await sessions.obtain({ account, first, refused, freshUntil, exchange });
      return { token: accessToken, lifeMs: expiresAt - at };
    } catch (cause) {
      if (cause instanceof TokenFailure) throw cause;
      throw new TokenFailure('the refresh token cannot be used at the moment', false, { cause });
    }
  }

  return {
    get(owner) {
      const entry = entryOf(owner);
      const at = now();
      const resting = entry.failure !== undefined && at < entry.failure.until;
      if (entry.access !== undefined && at < entry.expiresAt) {
        // The old one is good for a while: whoever calls now does not wait, and a failure is nobody's yet.
        if (at >= entry.refreshAt && !entry.fetching && !resting) fetchInto(entry, owner).catch(() => undefined);
        return entry.access;
      }
      if (entry.fetching) return entry.fetching;
      if (entry.failure && resting) return Promise.reject(entry.failure.error);
      return fetchInto(entry, owner);
    },
    drop(owner, token) {
      const entry = entries.get(keyOf(owner));
      if (entry?.access?.token !== token) return;
      entry.access = undefined;
      entry.refused = token;
    },
  };
}

async function send(
  { ask, now }: TokenCacheOptions,
  request: TokenRequest,
  proxy: string | undefined,
  readAnswer: typeof readTokenAnswer = readTokenAnswer,
): Promise<GrantedToken> {
  let answer: { readonly status: number; readonly body: string };
  try {
    answer = await ask({ ...request, proxy });
  } catch (cause) {
    throw new TokenFailure('the token endpoint does not answer', false, { cause });
  }
  const read = readAnswer(answer, now());
  if ('token' in read) return read;
  throw new TokenFailure(read.failure, answer.status >= 400 && answer.status < 500 && answer.status !== 429);
}
