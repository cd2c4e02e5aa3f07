import { z } from 'zod';
import { flag, forAdmins, whole } from './kinds.ts';
import { leaf } from './leaf.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What upstreams say of accounts that are no good any more. */
const phrases = [
  'Your credit balance is too low',
  'This organization has been disabled.',
  'You exceeded your current quota',
  'Permission denied',
  'The security token included in the request is invalid',
  'Operation not allowed',
  'Your account is not authorized',
];

/** Which accounts are taken out of use by the gateway itself, and how they come back. */
export const channels = {
  autoDisable: flag(
    true,
    forAdmins,
    'Take accounts out of use whose refusals say that they are no good. A channel can be exempt (`autoDisable: false`).',
  ),
  disableStatuses: leaf(z.array(z.int().min(300).max(599)).max(100), [401], {
    ...forAdmins,
    unit: 'none',
    description: 'Statuses that say so, after the channel’s `statusMapping`.',
  }),
  disablePhrases: leaf(z.array(z.string().min(4).max(300)).max(200), phrases, {
    ...forAdmins,
    unit: 'none',
    description:
      'Words within a refusal that say so, in any case. A refusal of what the client sent must begin with them.',
  }),
  disableCauses: leaf(z.array(z.enum(['auth', 'quota_exhausted', 'not_found', 'not_permitted'])).max(4), [], {
    ...forAdmins,
    unit: 'none',
    description: 'Causes of failed attempts, as the log names them, that say so.',
  }),
  recover: flag(
    true,
    forAdmins,
    'Ask accounts that the gateway took out of use now and then, and take back those that answer.',
  ),
  recoverEveryMs: whole([minuteMs, dayMs, 5 * minuteMs], 'ms', forAdmins, 'How often they are asked.'),
  testOnSchedule: flag(
    false,
    forAdmins,
    'Test every channel in use now and then; what fails is judged as any refusal is.',
  ),
  testEveryMs: whole([minuteMs, dayMs, 60 * minuteMs], 'ms', forAdmins, 'How often that is.'),
  watchModelsEveryMs: whole(
    [10 * minuteMs, 7 * dayMs, dayMs / 4],
    'ms',
    forAdmins,
    'How often upstreams are asked for their models, where a channel wants it (`watchModels`).',
  ),
  slowMs: whole(
    [0, 600_000, 0],
    'ms',
    forAdmins,
    'An account that takes longer than this for a test is taken out of use. 0 is never.',
  ),
};
