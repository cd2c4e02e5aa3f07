import type { GroupInput, GroupPatch, GroupView } from '@tollgate/contract/api/configuration';
import { changesOf, pickFields } from '@tollgate/contract/entities/field';
import { groupFields, type GroupFields } from '@tollgate/contract/entities/group';
import type { StoredGroup } from '../../domain/configuration.ts';
import { multiplierOne } from '../../domain/price.ts';
import type { Multiplier } from '../../domain/price.ts';
import { parseMultiplier } from '../../domain/price-sheet.ts';
import { channelRepository } from '../../store/configuration/channels.ts';
import { groupRepository } from '../../store/configuration/groups.ts';
import { Refusal } from '../../domain/refusal.ts';
import { assertUnlocked, edit, invalid, notFound, recordEdit } from './context.ts';
import type { Actor, ConfigurationContext } from './context.ts';
import { presentGroup } from './present.ts';
import type { Db } from '../../store/database.ts';

/** The group that always exists: new users and channels are in it. */
export const defaultGroup = 'default';

/** Every group, by name. */
export async function listGroups(context: ConfigurationContext): Promise<readonly GroupView[]> {
  return (await groupRepository.all(context.database.db)).map(presentGroup);
}

export async function getGroup(context: ConfigurationContext, name: string): Promise<GroupView> {
  return presentGroup(await mustFind(context.database.db, name));
}

export async function createGroup(context: ConfigurationContext, actor: Actor, input: GroupInput): Promise<GroupView> {
  return await edit(context, async (db) => {
    const found = await groupRepository.find(db, input.name);
    if (found !== undefined)
      throw new Refusal('conflict', `There is a group "${input.name}" already.`, { param: 'name' });
    return presentGroup(
      await writeGroup(db, context, {
        actor,
        owner: undefined,
        existing: undefined,
        wanted: wantGroup(input),
      }),
    );
  });
}

/** Changes what the patch names; null goes back to the default. `userGroups`, when given, is the whole table. */
export async function updateGroup(
  context: ConfigurationContext,
  actor: Actor,
  name: string,
  patch: GroupPatch,
): Promise<GroupView> {
  return await edit(context, async (db) => {
    const existing = await mustFind(db, name);
    assertUnlocked(existing.owner, actor, `Group "${name}"`);
    const wanted: WantedGroup = {
      name,
      multiplier:
        patch.multiplier === undefined
          ? existing.multiplier
          : patch.multiplier === null
            ? multiplierOne
            : read(patch.multiplier, 'multiplier'),
      userGroups: patch.userGroups === undefined ? existing.userGroups : readUserGroups(patch.userGroups ?? {}),
      ...pickFields(groupFields, existing),
      ...changesOf(groupFields, patch),
    };
    return presentGroup(await writeGroup(db, context, { actor, owner: existing.owner, existing, wanted }));
  });
}

/** Refuses while channels are in the group, and for the default group. */
export async function deleteGroup(context: ConfigurationContext, actor: Actor, name: string): Promise<void> {
  await edit(context, async (db) => {
    const existing = await mustFind(db, name);
    assertUnlocked(existing.owner, actor, `Group "${name}"`);
    if (name === defaultGroup) throw new Refusal('conflict', 'The group "default" cannot be removed.');
    const users = await channelRepository.namesInGroup(db, name);
    if (users.length > 0)
      throw new Refusal(
        'conflict',
        `Group "${name}" is in use by ${users.map((channel) => `"${channel}"`).join(', ')}.`,
      );
    await removeGroup(db, context, actor, existing);
  });
}

export async function removeGroup(
  db: Db,
  context: ConfigurationContext,
  actor: Actor,
  existing: StoredGroup,
): Promise<void> {
  await groupRepository.remove(db, existing.name);
  await recordEdit(db, {
    actor,
    at: context.now(),
    kind: 'group',
    ref: existing.name,
    before: presentGroup(existing),
    after: undefined,
  });
}

export type WantedGroup = GroupFields & Pick<StoredGroup, 'name' | 'multiplier' | 'userGroups'>;

export function wantGroup(input: GroupInput): WantedGroup {
  return {
    name: input.name,
    multiplier: read(input.multiplier, 'multiplier'),
    userGroups: readUserGroups(input.userGroups),
    ...pickFields(groupFields, input),
  };
}

function readUserGroups(entries: Readonly<Record<string, string>>): ReadonlyMap<string, Multiplier> {
  return new Map(Object.entries(entries).map(([name, text]) => [name, read(text, `userGroups.${name}`)]));
}

function read(text: string, at: string): Multiplier {
  const multiplier = parseMultiplier(text);
  if (multiplier === undefined) throw invalid(at, 'must be a decimal number with at most 6 decimals, not negative');
  return multiplier;
}

/** Makes the stored group what is wanted, inside a transaction. */
export async function writeGroup(
  db: Db,
  context: ConfigurationContext,
  write: {
    readonly actor: Actor;
    readonly owner: string | undefined;
    readonly existing: StoredGroup | undefined;
    readonly wanted: WantedGroup;
  },
): Promise<StoredGroup> {
  const { actor, owner, existing, wanted } = write;
  const at = context.now();
  const stored: StoredGroup = { ...wanted, owner, createdAt: existing?.createdAt ?? at, updatedAt: at };
  if (existing === undefined) await groupRepository.insert(db, stored);
  else await groupRepository.update(db, stored);
  await recordEdit(db, {
    actor,
    at,
    kind: 'group',
    ref: wanted.name,
    before: existing && presentGroup(existing),
    after: presentGroup(stored),
  });
  return stored;
}

async function mustFind(db: Db, name: string): Promise<StoredGroup> {
  const group = await groupRepository.find(db, name);
  if (group === undefined) throw notFound(`Group "${name}"`);
  return group;
}
