import type { ChannelView } from '@tollgate/contract/api/configuration';

/** What is done with a list of words that each channel has. */
export type WordsEdit = { readonly how: 'keep' | 'set' | 'add' | 'remove'; readonly words: readonly string[] };
/** What is done with a number: put to a value, or moved by it. */
export type NumberEdit = { readonly how: 'keep' | 'set' | 'by'; readonly value: number | null };

/** Undefined: as it is. */
export type WatchEdit = ChannelView['watchModels'] | undefined;

export type BulkEdit = {
  readonly priority: NumberEdit;
  readonly weight: NumberEdit;
  readonly groups: WordsEdit;
  readonly tags: WordsEdit;
  readonly watchModels: WatchEdit;
};

export const noEdit: BulkEdit = {
  priority: { how: 'keep', value: null },
  weight: { how: 'keep', value: null },
  groups: { how: 'keep', words: [] },
  tags: { how: 'keep', words: [] },
  watchModels: undefined,
};

/** What of a channel a bulk edit may change. */
export type BulkFields = {
  priority: number;
  weight: number;
  groups: string[];
  tags: string[];
  watchModels: ChannelView['watchModels'];
};

type Editable = Pick<ChannelView, keyof BulkFields>;

export const fieldsOfChannel = ({ priority, weight, groups, tags, watchModels }: Editable): BulkFields => ({
  priority,
  weight,
  groups: [...groups],
  tags: [...tags],
  watchModels,
});

const numberAfter = (before: number, { how, value }: NumberEdit, least: number): number => {
  if (how === 'keep' || value === null) return before;
  return Math.min(1_000_000, Math.max(least, how === 'set' ? value : before + value));
};

const wordsAfter = (before: readonly string[], { how, words }: WordsEdit): string[] => {
  if (how === 'keep') return [...before];
  if (how === 'set') return [...words];
  return how === 'add' ? [...new Set([...before, ...words])] : before.filter((word) => !words.includes(word));
};

/** How a channel is afterwards. */
export const after = (channel: Editable, edit: BulkEdit): BulkFields => ({
  priority: numberAfter(channel.priority, edit.priority, -1_000_000),
  weight: numberAfter(channel.weight, edit.weight, 0),
  groups: wordsAfter(channel.groups, edit.groups),
  tags: wordsAfter(channel.tags, edit.tags),
  watchModels: edit.watchModels ?? channel.watchModels,
});

/** Only what is different, for a change of the channel; undefined when nothing is. */
export function bulkPatch(before: BulkFields, next: BulkFields): Partial<BulkFields> | undefined {
  const same = (name: keyof BulkFields): boolean => JSON.stringify(before[name]) === JSON.stringify(next[name]);
  const { priority, weight, groups, tags, watchModels } = next;
  const patch = {
    ...(!same('priority') && { priority }),
    ...(!same('weight') && { weight }),
    ...(!same('groups') && { groups }),
    ...(!same('tags') && { tags }),
    ...(!same('watchModels') && { watchModels }),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}
