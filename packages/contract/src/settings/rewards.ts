import { z } from 'zod';
import { flag, forAdmins, forAll, whole } from './kinds.ts';
import { leaf } from './leaf.ts';

const amount = (fallback: string, description: string) =>
  leaf(z.string().regex(/^\d{1,6}(\.\d{1,9})?$/), fallback, { ...forAdmins, unit: 'usd', description });

/** Credit that members are given. */
export const rewards = {
  invitations: flag(false, forAll, 'Whether members can invite others, once the terms of selling are confirmed.'),
  inviterCreditUsd: amount('0', 'Reward of whoever invited somebody, in USD.'),
  inviteeCreditUsd: amount('0', 'Credit of whoever was invited, in USD.'),
  afterFirstPayment: flag(true, forAdmins, 'Whether both wait until who was invited has paid for credit.'),
  checkIn: flag(false, forAdmins, 'Whether members are given a little credit each day that they ask for it.'),
  checkInMinUsd: amount('0.002', 'Least credit of a day, in USD.'),
  checkInMaxUsd: amount('0.02', 'Most credit of a day, in USD; the same as the least for a fixed amount.'),
  creditDays: whole(
    [0, 3650, 0],
    'days',
    forAdmins,
    'How long credit from check-ins, invitations and sign-up lasts; 0 is for ever. What ends is spent first.',
  ),
};
