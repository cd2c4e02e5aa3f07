import { z } from 'zod';
import { flag, forAdmins, forAll } from './kinds.ts';
import { leaf } from './leaf.ts';

/** How people come to be users. */
export const accounts = {
  registrationOpen: flag(false, forAll, 'Whether strangers may create an account.'),
  defaultGroup: leaf(z.string().min(1), 'default', { ...forAdmins, unit: 'none', description: 'Group of new users.' }),
  signupCreditUsd: leaf(z.string().regex(/^\d+(\.\d{1,9})?$/), '0', {
    ...forAdmins,
    unit: 'usd',
    description: 'Credit granted to a new account, in USD.',
  }),
};
