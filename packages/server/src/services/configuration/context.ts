import type { SettingsTree, settingsAreas } from '@tollgate/contract/settings';
import type { Json } from '@tollgate/wire/protocol';
import type { Owner } from '../../domain/configuration.ts';
import type { AnyProvider } from '../../providers/define.ts';
import { auditRepository } from '../../store/configuration/audit-log.ts';
import { changeRepository } from '../../store/configuration/changes.ts';
import { lockConfiguration } from '../../store/configuration/lock.ts';
import { isUniqueViolation } from '../../store/database.ts';
import type { Database, Db } from '../../store/database.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { SecretBox } from '../secret-box/secret-box.ts';

/** The tree of the contract, or one that has more. */
export type DeclaredSettings = SettingsTree<typeof settingsAreas>;

/** What the configuration's services work with; wired in main.ts. */
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

export type Write = {
  readonly actor: Actor;
  readonly at: number;
  /** Topic of the change feed, and first word of the audit's action and subject. */
  readonly kind: 'channel' | 'model' | 'group' | 'setting';
  readonly action: 'create' | 'update' | 'delete';
  readonly ref: string;
  /** As presented, so without secrets; null where there was or is nothing. */
  readonly before: Json;
  readonly after: Json;
};

/** Appends the change and the audit entry, in the transaction of the write itself. */
export async function recordWrite(db: Db, write: Write): Promise<void> {
  await changeRepository.append(db, write.kind, write.ref, write.at);
  await auditRepository.append(db, {
    at: write.at,
    actor: write.actor,
    action: `${write.kind}.${write.action}`,
    subject: `${write.kind}:${write.ref}`,
    before: write.before,
    after: write.after,
  });
}
