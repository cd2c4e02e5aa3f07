import type { SettingView } from '@tollgate/contract/api/configuration';
import { nearest } from '@tollgate/contract/nearest';
import type { SettingLeaf, Settings } from '@tollgate/contract/settings';
import { isShownTo, units } from '@tollgate/contract/settings/leaf';
import { pollingRulesSchema, readPollingRule } from '@tollgate/contract/settings/polling';
import type { Audience } from '@tollgate/contract/settings/leaf';
import type { Json } from '@tollgate/wire/protocol';
import type { StoredSetting } from '../../domain/configuration.ts';
import { Refusal } from '../../domain/refusal.ts';
import { settingRepository } from '../../store/configuration/settings.ts';
import { settingContext } from '../secret-box/contexts.ts';
import { sealedTextOf, textOf } from '../secret-box/sealed-setting.ts';
import { assertUnlocked, edit, invalid, recordEdit } from './context.ts';
import type { Actor, ConfigurationContext } from './context.ts';
import { namesOf } from './list-audit.ts';
import { hintOf, toJson } from './masking.ts';
import type { Db } from '../../store/database.ts';

type Opener = Pick<ConfigurationContext, 'secretBox' | 'settings'>;

/** Who writes a setting: for the audit log, and for what they may see. */
export type SettingWriter = { readonly actor: Actor; readonly audience: Audience };

/** The whole tree as it is in the database now, every default filled in. */
export async function readSettings(context: Opener & Pick<ConfigurationContext, 'database'>): Promise<Settings> {
  await context.secretBox.reload();
  const rows = await settingRepository.all(context.database.db);
  return context.settings.read(rows.flatMap((row) => openSetting(context, row) ?? [])).settings;
}

/** A stored row as its readers know it: a secret is opened. Undefined for a secret that does not open. */
export function openSetting({ secretBox, settings }: Opener, row: StoredSetting): StoredSetting | undefined {
  const sealed = sealedTextOf(settings, row);
  if (sealed === undefined) return row;
  try {
    return { ...row, value: secretBox.open(sealed, settingContext(row.path)) };
  } catch {
    return undefined;
  }
}

/** A row as it is stored: a secret is sealed, to its own path. */
export function sealSetting({ secretBox, settings }: Opener, row: StoredSetting): StoredSetting {
  if (settings.find(row.path)?.secret !== true) return row;
  return { ...row, value: secretBox.seal(textOf(row), settingContext(row.path)) };
}

/** Every leaf that the reader may see, with its value in force, default and owner, in the order of the tree. */
export async function listSettings(
  context: Opener & Pick<ConfigurationContext, 'database'>,
  reader: Audience,
): Promise<readonly SettingView[]> {
  await context.secretBox.reload();
  const { db } = context.database;
  const stored = await settingRepository.all(db);
  const rows = new Map(stored.map((row) => [row.path, row]));
  const names = await namesOf(
    db,
    stored.map(({ updatedBy }) => updatedBy),
  );
  return context.settings.leaves
    .filter((leaf) => isShownTo(leaf.audience, reader))
    .map((leaf) => presentSetting(context, leaf, rows.get(leaf.path), names));
}

/** Where letters go and where their links lead: whoever chose that could read how root resets a password. */
const isRootsToWrite = (path: string): boolean => path === 'site.publicUrl' || path.startsWith('mail.');

/**
 * Writes one leaf; null goes back to its default. Refuses a path that is unknown (or not for the writer's eyes), one
 * that is root's to write, a value the tree does not allow, and a leaf that a config file owns.
 */
export async function writeSetting(
  context: ConfigurationContext,
  writer: SettingWriter,
  path: string,
  value: unknown,
): Promise<SettingView> {
  await context.secretBox.reload();
  const leaf = findLeaf(context, path, writer.audience);
  if (writer.audience !== 'root' && isRootsToWrite(path))
    throw new Refusal('forbidden', 'Only root may change where letters go and where their links lead.');
  return await edit(context, async (db) => {
    const existing = (await settingRepository.all(db)).find((row) => row.path === path);
    assertUnlocked(existing?.owner, writer.actor, `Setting "${path}"`);
    // Whoever edits the whole list sends hints back where the secrets were.
    if (existing !== undefined && leaf.secret && value === shownValue(context, leaf, existing))
      return presentSetting(context, leaf, existing, await namesOf(db, [existing.updatedBy]));
    const wanted = value === null ? undefined : checkSetting(context, leaf, value);
    const write = { actor: writer.actor, owner: existing?.owner, existing, path, value: wanted };
    const put = await putSetting(db, context, write);
    return presentSetting(context, leaf, put, await namesOf(db, [writer.actor]));
  });
}

/** Refuses with the nearest path there is. What the reader may not see is unknown. */
export function findLeaf({ settings }: Pick<Opener, 'settings'>, path: string, reader: Audience): SettingLeaf {
  const leaf = settings.find(path);
  if (leaf !== undefined && isShownTo(leaf.audience, reader)) return leaf;
  const visible = settings.leaves.filter((candidate) => isShownTo(candidate.audience, reader));
  const near = nearest(
    path,
    visible.map((candidate) => candidate.path),
  );
  throw invalid(path, `there is no such setting${near === undefined ? '' : `; did you mean "${near}"?`}`);
}

/** The value as the tree has it; refuses what its schema does, and names of providers that there are not. */
export function checkSetting(
  { providers }: Pick<ConfigurationContext, 'providers'>,
  leaf: SettingLeaf,
  value: unknown,
): Json {
  const parsed = leaf.schema.safeParse(value);
  if (!parsed.success) throw invalid(leaf.path, parsed.error.issues[0]?.message ?? 'is invalid');
  if (leaf.path === 'media.polling.providers') {
    const rules = pollingRulesSchema.parse(parsed.data).flatMap((rule) => readPollingRule(rule) ?? []);
    const unknown = rules.find(({ provider }) => !providers.has(provider));
    if (unknown)
      throw invalid(leaf.path, `"${unknown.provider}" is no provider; there are ${[...providers.keys()].join(', ')}`);
  }
  return toJson(parsed.data);
}

/** Writes or (without a value) removes the row, inside a transaction; returns the row that is there now. */
export async function putSetting(
  db: Db,
  context: ConfigurationContext,
  write: {
    readonly actor: Actor;
    readonly owner: string | undefined;
    readonly existing: StoredSetting | undefined;
    readonly path: string;
    readonly value: Json | undefined;
  },
): Promise<StoredSetting | undefined> {
  const { actor, owner, existing, path, value } = write;
  const at = context.now();
  const stored =
    value === undefined ? undefined : sealSetting(context, { path, value, owner, updatedAt: at, updatedBy: actor });
  if (stored === undefined) await settingRepository.remove(db, path);
  else await settingRepository.put(db, stored);
  const leaf = context.settings.find(path);
  // Of a setting that the tree has no more, nothing may be shown.
  const shown = (row: StoredSetting | undefined): Json | undefined =>
    row && (leaf === undefined ? null : shownValue(context, leaf, row));
  await recordEdit(db, {
    actor,
    at,
    kind: 'setting',
    ref: path,
    before: shown(existing),
    after: shown(stored),
  });
  return stored;
}

/** What may be shown of a stored value: all of it, and of a secret a hint. */
function shownValue(context: Opener, leaf: SettingLeaf, row: StoredSetting): Json {
  if (!leaf.secret) return row.value;
  return hintOf(textOf(openSetting(context, row) ?? { value: '' }));
}

function presentSetting(
  context: Opener,
  leaf: SettingLeaf,
  row: StoredSetting | undefined,
  names: ReadonlyMap<string, string>,
): SettingView {
  const fallback = toJson(leaf.default);
  return {
    path: leaf.path,
    value: (row === undefined ? fallback : shownValue(context, leaf, row)) as SettingView['value'],
    default: fallback as SettingView['default'],
    description: leaf.description,
    unit: leaf.unit === 'none' ? null : units[leaf.unit],
    audience: leaf.audience,
    secret: leaf.secret,
    restart: leaf.restart,
    owner: row?.owner ?? null,
    updatedAt: row?.updatedAt ?? null,
    updatedBy: row?.updatedBy ?? null,
    updatedByName: (row === undefined ? undefined : names.get(row.updatedBy)) ?? null,
  };
}
