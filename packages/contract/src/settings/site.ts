import { z } from 'zod';
import { forAdmins, forAll } from './kinds.ts';
import { leaf } from './leaf.ts';

/** How the gateway presents itself. */
export const site = {
  name: leaf(z.string().min(1).max(60), 'Tollgate', {
    ...forAll,
    unit: 'none',
    description: 'Name shown in the console.',
  }),
  publicUrl: leaf(z.union([z.url(), z.literal('')]), '', {
    ...forAdmins,
    unit: 'none',
    description: 'Address under which users reach the gateway, for links.',
  }),
};
