import { z } from 'zod';
import { flag, forAdmins, forRoot, whole } from './kinds.ts';
import { leaf, secretLeaf } from './leaf.ts';

/** Languages that mail is written in. */
export const mailLanguages = ['en', 'zh-CN'] as const;
export type MailLanguage = (typeof mailLanguages)[number];

/** The server that mail is handed to. Without `host` and `from` no mail is sent, and nothing offers to. */
export const mail = {
  host: leaf(z.string().max(253), '', {
    ...forAdmins,
    unit: 'none',
    description: 'Host name of the SMTP server; empty for no mail.',
  }),
  port: leaf(z.int().min(1).max(65_535), 587, { ...forAdmins, unit: 'none', description: 'Port of the SMTP server.' }),
  security: leaf(z.enum(['starttls', 'tls', 'none']), 'starttls', {
    ...forAdmins,
    unit: 'none',
    description:
      '`starttls` (mostly port 587) and `tls` (mostly 465) refuse to send unencrypted; `none` is for a server on the same machine.',
  }),
  user: leaf(z.string().max(320), '', {
    ...forAdmins,
    unit: 'none',
    description: 'User name at the SMTP server; empty to send without signing in.',
  }),
  password: secretLeaf(z.string().max(1000), {
    audience: 'root',
    restart: false,
    unit: 'none',
    description: 'Password at the SMTP server.',
  }),
  from: leaf(z.union([z.email().max(254), z.literal('')]), '', {
    ...forAdmins,
    unit: 'none',
    description: 'Address that mail comes from; empty for no mail.',
  }),
  allowSelfSigned: flag(false, forRoot, 'Whether any certificate of the SMTP server will do.'),
  language: leaf(z.enum(mailLanguages), 'en', {
    ...forAdmins,
    unit: 'none',
    description: 'Language of mail to people who have not chosen one.',
  }),
  perHour: whole([1, 1000, 6], 'count', forAdmins, 'Most mails an hour to one address that strangers can ask for.'),
};
