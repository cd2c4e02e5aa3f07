import { z } from 'zod';
import { flag, forAdmins, forAll, forRoot, whole } from './kinds.ts';
import { leaf, secretLeaf } from './leaf.ts';
import { placesSchema } from './media.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Who tells people from programs. */
export const captchaKinds = ['none', 'turnstile', 'hcaptcha'] as const;

/** How people come to be users, and how long they stay signed in. */
export const accounts = {
  registrationOpen: flag(false, forAll, 'Whether strangers may create an account.'),
  inviteOnly: flag(
    false,
    forAll,
    'Whether an account needs an invitation of an administrator. Then strangers with one may create an account, and nobody else.',
  ),
  verifyEmail: flag(
    false,
    forAll,
    'Whether who registers must first open a link that is mailed to their address. Needs mail, and `site.publicUrl`.',
  ),
  emailDomains: leaf(z.array(z.string().min(1).max(253)).max(200), [], {
    ...forAdmins,
    unit: 'none',
    description: 'Domains of the addresses that people may register with; empty for any.',
  }),
  emailAliases: leaf(z.enum(['allow', 'distinct', 'refuse']), 'allow', {
    ...forAdmins,
    unit: 'none',
    description:
      'Spellings of one mailbox (`ann+shop@…`, dots at Gmail): `allow` takes each for another person’s, `distinct` takes one of them, `refuse` takes none with a +tag besides.',
  }),
  teamsAdmitPeople: flag(
    true,
    forAdmins,
    'Whether the identity provider or the directory of a team makes accounts for people of the team’s verified domains, also where registration is closed. Such accounts get no credit.',
  ),
  captcha: leaf(z.enum(captchaKinds), 'none', {
    ...forAll,
    unit: 'none',
    description:
      'Who tells people from programs when they register, forget a password, or fail to sign in three times: `turnstile` (Cloudflare) or `hcaptcha`.',
  }),
  captchaSiteKey: leaf(z.string().max(200), '', { ...forAll, unit: 'none', description: 'Site key of the captcha.' }),
  captchaSecret: secretLeaf(z.string().max(500), {
    audience: 'root',
    restart: false,
    unit: 'none',
    description: 'Secret of the captcha.',
  }),
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
  deletionGraceDays: whole(
    [0, 365, 14],
    'days',
    forAdmins,
    'How long an account that is to be erased can still be kept; 0 erases at once.',
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
  noticePrivateHosts: leaf(placesSchema, [], {
    ...forRoot,
    unit: 'none',
    description:
      'IP addresses, CIDR networks and host names that notifications are sent to although they are not public, such as a webhook of a house of one’s own. Any user can then have them called.',
  }),
};
