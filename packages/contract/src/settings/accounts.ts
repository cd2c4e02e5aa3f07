import { z } from 'zod';
import { flag, forAdmins, forAll, forRoot, whole } from './kinds.ts';
import { leaf } from './leaf.ts';
import { placesSchema } from './media.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** How people come to be users, and how long they stay signed in. */
export const accounts = {
  registrationOpen: flag(false, forAll, 'Whether strangers may create an account.'),
  defaultGroup: leaf(z.string().min(1), 'default', { ...forAdmins, unit: 'none', description: 'Group of new users.' }),
  signupCreditUsd: leaf(z.string().regex(/^\d+(\.\d{1,9})?$/), '0', {
    ...forAdmins,
    unit: 'usd',
    description: 'Credit granted to a new account, in USD.',
  }),
  secondFactor: leaf(z.enum(['optional', 'administrators', 'everybody']), 'optional', {
    ...forRoot,
    unit: 'none',
    description:
      'Who must have a second factor. Whoever must and has none can only set one up, by a session or a token of theirs.',
  }),
  sessionIdleMs: whole(
    [5 * minuteMs, 365 * dayMs, 14 * dayMs],
    'ms',
    forRoot,
    'A session that nothing was done in for so long has ended.',
  ),
  sessionMaxMs: whole(
    [5 * minuteMs, 365 * dayMs, 90 * dayMs],
    'ms',
    forRoot,
    'A session has ended so long after signing in, whatever was done in it.',
  ),
  proofGraceMs: whole(
    [0, dayMs, 15 * minuteMs],
    'ms',
    forRoot,
    'So long after signing in nobody is asked to prove who they are for what concerns secrets, money or rights; 0 always asks.',
  ),
  signInPrivateHosts: leaf(placesSchema, [], {
    ...forRoot,
    unit: 'none',
    description:
      'IP addresses, CIDR networks and host names of sign-in providers that are asked although they are not public, such as that of a house of one’s own.',
  }),
};
