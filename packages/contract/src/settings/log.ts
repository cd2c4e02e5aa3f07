import { flag, forAdmins, forRoot, whole } from './kinds.ts';

/** What is written down of requests. */
export const log = {
  retentionDays: whole(
    [1, 3650, 90],
    'days',
    forAdmins,
    'How long request logs are kept. Charges and the journal stay for ever.',
  ),
  auditRetentionDays: whole(
    [0, 36_500, 0],
    'days',
    forRoot,
    'How long the audit log is kept; 0 is for ever. What goes leaves the hash at which its chain then begins.',
  ),
  recordClientIp: flag(true, forAdmins, 'Whether a log row keeps the address of the client.'),
};
