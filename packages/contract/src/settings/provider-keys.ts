import { z } from 'zod';
import { percentSchema } from '../entities/names.ts';
import { flag, forAdmins, forAll, whole } from './kinds.ts';
import { leaf } from './leaf.ts';

/** Keys that people and teams bring to providers, and what may be done with them. */
export const providerKeys = {
  enabled: flag(
    false,
    forAll,
    'Whether people and teams may bring keys of their own to providers. While it is off, those that are there serve nobody.',
  ),
  providers: leaf(z.array(z.string().min(1).max(60)).max(200), [], {
    ...forAdmins,
    unit: 'none',
    description:
      'Ids of the providers that keys may be brought to. Empty: every one whose address is its own and public. Keys that are there already stay.',
  }),
  maxPerOwner: whole([1, 1000, 20], 'count', forAdmins, 'How many keys a person or a team may bring.'),
  feePercent: leaf(percentSchema, '0', {
    ...forAdmins,
    unit: 'percent',
    description:
      'What a request through such a key costs, in percent of the model’s price without any multiplier. A group can have its own.',
  }),
};
