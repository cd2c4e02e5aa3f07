/** Tokens of one account as they are now: each use of the refresh token gives another one. */
export type TokenSession = {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Of the access token; ms since the epoch, 0 when it is not known. */
  readonly expiresAt: number;
};

/** Asks for a session that is good. */
export type TokenAsk = {
  /** Tells the account from all others; the same for whoever is configured with the same tokens. */
  readonly account: string;
  /** As the account was configured. */
  readonly first: TokenSession;
  /** An access token that the upstream refused. */
  readonly refused: string | undefined;
  /** The access token must be good until then, or is exchanged. */
  readonly freshUntil: number;
  /** Uses up a refresh token. Rejects when it is refused. */
  exchange(session: TokenSession): Promise<TokenSession>;
};

/** Keeps sessions where every process finds them, and lets one at a time exchange a refresh token. */
export type TokenSessions = { obtain(ask: TokenAsk): Promise<TokenSession> };

/** Sessions of this process alone. */
export function openMemorySessions(): TokenSessions {
  const sessions = new Map<string, TokenSession>();
  return {
    async obtain({ account, first, refused, freshUntil, exchange }) {
      const current = sessions.get(account) ?? first;
      if (current.accessToken !== '' && current.accessToken !== refused && current.expiresAt > freshUntil)
        return current;
      const next = await exchange(current);
      sessions.set(account, next);
      return next;
    },
  };
}
