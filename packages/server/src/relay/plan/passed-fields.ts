import type { RequestSummary } from '@tollgate/wire/protocol';
import type { Channel, KeyRecord } from '../../domain/snapshot.ts';

type Passing = { readonly passFields: readonly string[] };

/** Whether a field that may cost more than is priced passes all the same: for this key, or on this channel. */
export const passedFields =
  ({ passFields: ofKey }: Passing, { passFields: ofChannel }: Passing) =>
  (field: string): boolean =>
    ofChannel.includes(field) || ofKey.includes(field);

/** The models beside the one asked for that a request lets answer on a channel; undefined where there are none. */
export function namedModels(
  { otherModels, routedModels }: Pick<RequestSummary, 'otherModels' | 'routedModels'>,
  key: KeyRecord | undefined,
  channel: Channel,
): readonly string[] | undefined {
  if (routedModels === undefined || !passedFields(key ?? nobody, channel)('models')) return otherModels;
  return otherModels === undefined ? routedModels : [...otherModels, ...routedModels];
}

const nobody: Passing = { passFields: [] };
