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
  jobDays: whole(
    [1, 365, 3],
    'days',
    forAdmins,
    'How long jobs that are done or cancelled are kept. Dead letters stay until a person has dealt with them.',
  ),
  callbackDays: whole([1, 365, 30], 'days', forAdmins, 'How long callbacks of payment providers are kept.'),
  noticeDays: whole(
    [7, 365, 90],
    'days',
    forAdmins,
    'How long it is remembered what people were told of; after that they may be told again.',
  ),
  exportDays: whole([1, 30, 1], 'days', forAdmins, 'How long files of the request log and of accounts are kept.'),
  recordClientIp: flag(true, forAdmins, 'Whether a log row keeps the address of the client.'),
};
