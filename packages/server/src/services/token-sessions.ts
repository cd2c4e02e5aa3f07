import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TokenSession, TokenSessions } from '../providers/shared/token-sessions.ts';
import type { Database } from '../store/database.ts';
import { tokenSessionRepository, type TokenSessionRow } from '../store/token-sessions.ts';
import { tokenSessionContext } from './secret-box/contexts.ts';
import type { SecretBox } from './secret-box/secret-box.ts';

export type TokenSessionsOptions = {
  readonly database: Database;
  readonly secretBox: Pick<SecretBox, 'seal' | 'open'>;
  readonly now: () => number;
  /** Gives up waiting for a database that hangs. */
  readonly promptly: <T>(work: Promise<T>) => Promise<T>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** How long one refresh may take, and how often whoever waits for another's looks. */
  readonly claimMs?: number;
  readonly lookMs?: number;
};

const shape = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() });

/** An access token that was refused is exchanged no sooner than so long after it was given. */
const leastAgeMs = 60_000;

/**
 * Refresh tokens that change with each use, kept durably and sealed. A process claims a session before it refreshes it, so that
 * two do not burn one token; what it got is written before anybody uses it, and once more as long as the database is away.
 */
export function openTokenSessions(options: TokenSessionsOptions): TokenSessions {
  const { database, secretBox, now, promptly, log, claimMs = 60_000, lookMs = 250 } = options;
  /** Sessions that the database has not taken yet. */
  const unwritten = new Map<string, TokenSession>();
  const refreshedAt = new Map<string, number>();

  const open = ({ id, sealed }: TokenSessionRow): TokenSession =>
    shape.parse(JSON.parse(secretBox.open(sealed, tokenSessionContext(id))));
  const seal = (id: string, session: TokenSession): string =>
    secretBox.seal(JSON.stringify(session), tokenSessionContext(id));

  /** Writes what a refresh gave. Who was overtaken while asleep still writes, unless the other one got a token too. */
  async function write(id: string, epoch: number, used: string, next: TokenSession): Promise<void> {
    const { db } = database;
    if (await tokenSessionRepository.endClaim(db, id, epoch, seal(id, next), now())) return;
    const row = await tokenSessionRepository.find(db, id);
    if (row && open(row).refreshToken === used)
      await tokenSessionRepository.endClaim(db, id, row.epoch, seal(id, next), now());
  }

  /** Writes; when the database is away, the session is held in memory meanwhile and written by whoever comes next. */
  async function keep(id: string, epoch: number, used: string, next: TokenSession): Promise<void> {
    unwritten.set(id, next);
    refreshedAt.set(id, now());
    try {
      await promptly(write(id, epoch, used, next));
      if (unwritten.get(id) === next) unwritten.delete(id);
    } catch (error) {
      log.error({ err: error }, 'a refreshed token could not be written down; it is held in memory');
    }
  }

  async function writeLate(id: string, row: TokenSessionRow | undefined): Promise<void> {
    const late = unwritten.get(id);
    if (!late || !row) return;
    if (await promptly(tokenSessionRepository.endClaim(database.db, id, row.epoch, seal(id, late), now())))
      unwritten.delete(id);
  }

  return {
    async obtain({ account, first, refused, freshUntil, exchange }) {
      const id = createHash('sha256').update(account).digest('hex').slice(0, 32);
      const young = (): boolean => now() - (refreshedAt.get(id) ?? -Infinity) < leastAgeMs;
      const usable = ({ accessToken, expiresAt }: TokenSession): boolean =>
        accessToken !== '' && expiresAt > freshUntil && (accessToken !== refused || young());
      const giveUpAt = now() + claimMs;
      for (;;) {
        const row = await promptly(tokenSessionRepository.find(database.db, id));
        await writeLate(id, row);
        const current = unwritten.get(id) ?? (row ? open(row) : first);
        if (usable(current)) return current;
        const claim = { id, sealed: seal(id, current) };
        const epoch = await promptly(tokenSessionRepository.claim(database.db, claim, row, now(), now() + claimMs));
        if (epoch === undefined) {
          if (now() >= giveUpAt)
            throw new Error('another process is refreshing the token, and does not come to an end');
          await new Promise((resolve) => setTimeout(resolve, lookMs));
          continue;
        }
        let next: TokenSession;
        try {
          next = await exchange(current);
        } catch (error) {
          await promptly(tokenSessionRepository.endClaim(database.db, id, epoch, undefined, now())).catch(
            () => undefined,
          );
          throw error;
        }
        await keep(id, epoch, current.refreshToken, next);
        return next;
      }
    },
  };
}
