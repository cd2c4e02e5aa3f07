import { flag, forAdmins, whole } from './kinds.ts';

/** What is written down of requests. */
export const log = {
  retentionDays: whole(
    [1, 3650, 90],
    'days',
    forAdmins,
    'How long request logs are kept. Charges and the journal stay for ever.',
  ),
  recordClientIp: flag(true, forAdmins, 'Whether a log row keeps the address of the client.'),
};
