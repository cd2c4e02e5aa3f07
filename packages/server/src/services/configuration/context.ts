import type { SettingsTree, settingsAreas } from '@tollgate/contract/settings';
import type { Owner } from '../../domain/configuration.ts';
import type { AnyProvider } from '../../providers/define.ts';
import { lockConfiguration } from '../../store/configuration/lock.ts';
import { isUniqueViolation } from '../../store/database.ts';
import type { Database, Db } from '../../store/database.ts';
import { Refusal } from '../../domain/refusal.ts';
import { recordWrite, type Write } from '../record-write.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';
import { toJson } from './masking.ts';

/** The tree of the contract, or one that has more. */
export type DeclaredSettings = SettingsTree<typeof settingsAreas>;

/** What the configuration's services work with; wired in foundation.ts. */
export type ConfigurationContext = {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly providers: ReadonlyMap<string, AnyProvider>;
  /** The settings there are. */
  readonly settings: DeclaredSettings;
  /** ms since the epoch. */
  now(): number;
  /** A new unique id, sorted by time, ASCII, of at most 60 characters. */
  newId(): string;
};

/** Who does it, for the audit log: `user:<id>`, `cli`, `file:<source>`, `seed`, `gateway`. */
export type Actor = string;

/** Refuses an edit of an entry that a config file owns, unless it is the file's own. */
export function assertUnlocked(owner: Owner, actor: Actor, subject: string): void {
  if (owner === undefined || owner === actor) return;
  throw new Refusal('owned_by_file', `${subject} is managed by ${owner.replace(/^file:/, '')}; change it there.`);
}

export function notFound(subject: string): Refusal {
  return new Refusal('not_found', `${subject} does not exist.`);
}

/** A refusal that names the field at fault. */
export function invalid(param: string, message: string): Refusal {
  return new Refusal('invalid_request', `${param}: ${message}`, { param });
}

/** One transaction of an edit, after all others: what it reads is what it changes. */
export async function edit<T>(context: ConfigurationContext, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    return await context.database.transact(async (db) => {
      await lockConfiguration(db);
      return await work(db);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Refusal('conflict', 'Somebody else has just written the same entry. Look again.');
  }
}

/** An edit of an entry, in the change feed and the audit log. */
export async function recordEdit(
  db: Db,
  edited: Pick<Write, 'actor' | 'at' | 'ref'> & {
    readonly kind: 'channel' | 'model' | 'bundle' | 'group' | 'setting';
    /** As presented, so without secrets; undefined where there was or is nothing. */
    readonly before: unknown;
    readonly after: unknown;
  },
): Promise<void> {
  const { before, after } = edited;
  await recordWrite(db, {
    ...edited,
    action: after === undefined ? 'delete' : before === undefined ? 'create' : 'update',
    before: toJson(before ?? null),
    after: toJson(after ?? null),
  });
}
