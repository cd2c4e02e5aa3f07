import type { Target } from '../../domain/rank-channels.ts';
import type { Channel } from '../../domain/snapshot.ts';

/** How the accounts of channels that do not choose by chance are used, in this process. */
export type AccountUse = {
  /** The accounts of a channel in the order in which it wants them. */
  prefer(channel: Channel, usable: readonly Target[]): readonly Target[];
  /** An account is being asked; returns what to call when it has answered. */
  begin(target: Target): (() => void) | undefined;
};

/** Channels remembered at once; the oldest is forgotten beyond it. */
const maxChannels = 20_000;

export function openAccountUse(): AccountUse {
  const turns = new Map<string, number>();
  const open = new Map<string, number>();
  const nameOf = ({ channel, credential }: Target): string => `${channel.id}#${credential.index}`;
  const openOf = (target: Target): number => open.get(nameOf(target)) ?? 0;
  /** The next turn of a channel, by its credentials' stable indexes: one that rests changes nobody's turn. */
  const inTurn = (channel: Channel, usable: readonly Target[]): readonly Target[] => {
    const last = turns.get(channel.id) ?? -1;
    const first = usable.findIndex(({ credential }) => credential.index > last);
    const start = Math.max(0, first);
    turns.delete(channel.id);
    turns.set(channel.id, usable[start]?.credential.index ?? -1);
    if (turns.size > maxChannels)
      for (const oldest of turns.keys()) {
        turns.delete(oldest);
        break;
      }
    return [...usable.slice(start), ...usable.slice(0, start)];
  };
  return {
    prefer: (channel, usable) =>
      channel.keyMode === 'round-robin' ? inTurn(channel, usable) : usable.toSorted((a, b) => openOf(a) - openOf(b)),
    begin(target) {
      if (target.channel.keyMode !== 'least-loaded') return undefined;
      const name = nameOf(target);
      open.set(name, openOf(target) + 1);
      return () => {
        const left = openOf(target) - 1;
        if (left > 0) open.set(name, left);
        else open.delete(name);
      };
    },
  };
}
