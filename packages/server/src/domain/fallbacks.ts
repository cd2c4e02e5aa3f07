import type { Multiplier } from './price.ts';
import { Refusal } from './refusal.ts';
import type { Channel, KeyRecord, Snapshot } from './snapshot.ts';

/** Where the channels of a request are looked for, and what its cost there is multiplied by. */
export type Stop = {
  /** Group, for the record. */
  readonly group: string;
  readonly multiplier: Multiplier;
  /** Whether it is one of the provider keys of whose request it is. */
  readonly isOwn?: true;
  /** Channels for a model, by its exact name. */
  routes(model: string): readonly Channel[];
};

/** The id of a channel that stands among the fallbacks of a key; undefined for a group. */
export const channelOfFallback = (entry: string): string | undefined =>
  entry.startsWith('channel:') ? entry.slice('channel:'.length) : undefined;

/** The multiplier for a user of one group who uses another (or the same): an override replaces, it never multiplies. */
export function multiplierFor(snapshot: Pick<Snapshot, 'groups'>, userGroup: string, group: string): Multiplier {
  const used = snapshot.groups.get(group);
  if (!used) throw new Refusal('group_not_found', `The group "${group}" does not exist.`);
  return used.userGroupMultipliers.get(userGroup) ?? used.multiplier;
}

const none: readonly Channel[] = [];

/**
 * Where a key's requests go on to after its own group, in its order. A group that is gone is passed over. A channel is one stop, in
 * the name and at the multiplier of the key's own group.
 */
export function fallbacksOf(
  snapshot: Pick<Snapshot, 'groups' | 'routes' | 'channels'>,
  key: Pick<KeyRecord, 'fallbacks' | 'user'>,
  own: Pick<Stop, 'group' | 'multiplier'>,
): readonly Stop[] {
  return (key.fallbacks ?? []).flatMap((entry): readonly Stop[] => {
    const id = channelOfFallback(entry);
    if (id === undefined) {
      if (!snapshot.groups.has(entry)) return [];
      const multiplier = multiplierFor(snapshot, key.user.group, entry);
      return [{ group: entry, multiplier, routes: (model) => snapshot.routes.get(entry)?.get(model) ?? none }];
    }
    const channel = snapshot.channels.get(id);
    const isOpen = channel?.enabled === true && channel.credentials.some(({ enabled }) => enabled);
    if (!channel || !isOpen) return [];
    return [{ ...own, routes: (model) => (channel.models.has(model) ? [channel] : none) }];
  });
}
