import { reachesAny, reachesOthers, type Permission, type Rights } from '@tollgate/contract/permissions';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import type { Database } from '../../store/database.ts';
import type { Auth } from './auth.ts';

/** What the services of this folder need; handed in by main.ts. */
export type AccountDeps = {
  readonly database: Database;
  /** better-auth, loaded at its first use; the flag asks for `Secure` cookies. */
  readonly auth: (secureCookies: boolean) => Promise<Auth>;
  /** The configuration in force, for settings and the names of groups. */
  readonly snapshot: () => Pick<Snapshot, 'settings' | 'groups' | 'channels'>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A new unique id, sorted by time, ASCII, of at most 60 characters. */
  readonly newId: () => string;
  readonly randomBytes: (bytes: Uint8Array) => void;
  readonly secretBox: Pick<SecretBox, 'seal' | 'open' | 'knows' | 'reload'>;
};

/** Who acts: a person, or the command line (which has root's power on the machine anyway). */
export type Actor = {
  /** As in the audit log: `user:<id>` or `cli`. */
  readonly label: string;
  /** Undefined for the command line. */
  readonly userId: string | undefined;
} & Rights;

export const cliActor: Actor = { label: 'cli', userId: undefined, role: 'root' };

/** The actor of a signed-in person, with the limits of the token that they come by. */
export const personActor = (user: { readonly id: string } & Rights, scope?: Rights['scope']): Actor => ({
  label: `user:${user.id}`,
  userId: user.id,
  role: user.role,
  reaches: user.reaches,
  scope,
});

/**
 * Whether `actor` may act on somebody: on who reaches only their own with the permission for what is done, on everybody
 * else with root's.
 */
export const mayManage = (actor: Actor, other: Rights, permission: Permission = 'users:write'): boolean =>
  reachesAny(other.role === 'user' && !reachesOthers(other) ? permission : 'administrators:write', actor);
