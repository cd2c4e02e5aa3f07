import { mailTestResultSchema, mailTestSchema } from '../api/mail.ts';
import { declare } from './declare.ts';

/** Mail, for who sets it up. */
export const mailOperations = declare({
  'mail.test': {
    method: 'post',
    path: '/mail/test',
    permission: 'settings:write',
    summary: 'Send a mail by the SMTP server of the settings, and tell what it said',
    body: mailTestSchema,
    answer: mailTestResultSchema,
  },
});
