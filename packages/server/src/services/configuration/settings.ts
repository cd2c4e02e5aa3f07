import type { SettingView } from '@tollgate/contract/api/configuration';
import { settingLeaves, settingsFromRows } from '@tollgate/contract/settings';
import type { SettingLeaf, Settings } from '@tollgate/contract/settings';
import type { Json } from '@tollgate/wire/protocol';
import type { StoredSetting } from '../../domain/configuration.ts';
import { nearest } from '@tollgate/contract/nearest';
import type { Executor } from '../../store/configuration/executor.ts';
import { settingRepository } from '../../store/configuration/settings.ts';
import { assertUnlocked, edit, invalid, recordWrite } from './context.ts';
import type { Actor, ConfigurationContext } from './context.ts';
import { toJson } from './masking.ts';

/** The whole tree as it is in the database now, every default filled in. */
export async function readSettings(context: Pick<ConfigurationContext, 'database'>): Promise<Settings> {
  return settingsFromRows(await settingRepository.all(context.database.db)).settings;
}

/** Every leaf with its value in force, default, description and owner, in the order of the tree. */
export async function listSettings(context: Pick<ConfigurationContext, 'database'>): Promise<readonly SettingView[]> {
  const rows = new Map((await settingRepository.all(context.database.db)).map((row) => [row.path, row]));
  return settingLeaves.map((leaf) => presentSetting(leaf, rows.get(leaf.path)));
}

/**
 * Writes one leaf; null goes back to its default. Refuses an unknown path, a value the tree does not allow, and a leaf
 * that a config file owns.
 */
export async function writeSetting(
  context: ConfigurationContext,
  actor: Actor,
  path: string,
  value: unknown,
): Promise<SettingView> {
  const leaf = findLeaf(path);
  const wanted = value === null ? undefined : checkSetting(leaf, value);
  return await edit(context, async (transaction) => {
    const existing = (await settingRepository.all(transaction)).find((row) => row.path === path);
    assertUnlocked(existing?.owner, actor, `Setting "${path}"`);
    return presentSetting(
      leaf,
      await putSetting(transaction, context, { actor, owner: existing?.owner, existing, path, value: wanted }),
    );
  });
}

/** Refuses with the nearest path there is. */
export function findLeaf(path: string): SettingLeaf {
  const leaf = settingLeaves.find((candidate) => candidate.path === path);
  if (leaf !== undefined) return leaf;
  const near = nearest(
    path,
    settingLeaves.map((candidate) => candidate.path),
  );
  throw invalid(path, `there is no such setting${near === undefined ? '' : `; did you mean "${near}"?`}`);
}

/** The value as the tree has it; refuses what its schema does. */
export function checkSetting(leaf: SettingLeaf, value: unknown): Json {
  const parsed = leaf.schema.safeParse(value);
  if (!parsed.success) throw invalid(leaf.path, parsed.error.issues[0]?.message ?? 'is invalid');
  return toJson(parsed.data);
}

/** Writes or (without a value) removes the row, inside a transaction; returns the row that is there now. */
export async function putSetting(
  transaction: Executor,
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
  const stored = value === undefined ? undefined : { path, value, owner, updatedAt: at, updatedBy: actor };
  if (stored === undefined) await settingRepository.remove(transaction, path);
  else await settingRepository.put(transaction, stored);
  const action = stored === undefined ? 'delete' : existing === undefined ? 'create' : 'update';
  await recordWrite(transaction, {
    actor,
    at,
    kind: 'setting',
    action,
    ref: path,
    before: existing?.value ?? null,
    after: value ?? null,
  });
  return stored;
}

function presentSetting(leaf: SettingLeaf, row: StoredSetting | undefined): SettingView {
  return {
    path: leaf.path,
    value: (row === undefined ? toJson(leaf.default) : row.value) as SettingView['value'],
    default: toJson(leaf.default) as SettingView['default'],
    description: leaf.description,
    owner: row?.owner ?? null,
    updatedAt: row?.updatedAt ?? null,
    updatedBy: row?.updatedBy ?? null,
  };
}
