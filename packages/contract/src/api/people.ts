import { z } from 'zod';
import { changeShape, shownShape } from '../entities/field.ts';
import { groupNameSchema } from '../entities/names.ts';
import { mailLanguages } from '../settings/mail.ts';
import { userFields } from '../entities/user.ts';
import { usdSchema } from '../price.ts';
import { permissionSchema } from './rights.ts';
import { exceptionsSchema, roleNameSchema, shownExceptionsSchema } from './roles.ts';
import { lineSchema, momentSchema, nanosSchema, pageOf, pageQuerySchema, signedUsdSchema } from './page.ts';

/** Sessions, setup, and users, as the admin API and the command line take and show them. */

export const emailSchema = z.email().max(254).toLowerCase().describe('E-mail address; its case does not matter.');

/** Length is the only rule: anything else makes passwords worse (NIST SP 800-63B). */
export const passwordSchema = z.string().min(8).max(256).describe('Password of 8 to 256 characters.');

/** Without an @, which tells it from an address. */
export const usernameSchema = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?$/, 'is 1 to 40 letters, digits, dots, dashes or underscores')
  .describe('Name to sign in by instead of an address; its case does not matter.');

const languageField = z.enum(mailLanguages).optional().describe('Language of the mail. Default: that of the settings.');
const captchaField = z.string().min(1).max(4096).optional().describe('What the captcha gave, where one is configured.');

const personName = lineSchema(100).describe('Name shown to others.');

export const userSchema = z
  .strictObject({
    id: z.string(),
    email: z.string().nullable().describe('Null for an account without one.'),
    emailVerified: z.boolean().describe('A link that was mailed there was opened.'),
    username: z.string().nullable().describe('Name to sign in by; null for none.'),
    name: z.string(),
    role: z.string().describe('`root`, `admin`, `user`, or a role of the operator’s own.'),
    exceptions: shownExceptionsSchema,
    group: z.string(),
    ...shownShape(userFields),
    createdAt: momentSchema,
    updatedAt: momentSchema,
    balanceNanos: nanosSchema.nullable().describe('Balance of the wallet; null while it cannot be read.'),
    creditLineNanos: nanosSchema
      .nullable()
      .describe('How far below zero usage may take the wallet, 0 for not at all; null while it cannot be read.'),
  })
  .meta({ id: 'User' });
export type UserView = z.output<typeof userSchema>;

export const userPageSchema = pageOf(userSchema);

export const userQuerySchema = pageQuerySchema.extend({
  email: z.string().min(1).max(254).optional().describe('Beginning of the e-mail address.'),
});

export const userInputSchema = z.strictObject({
  email: emailSchema.optional().describe('One of `email` and `username` is needed.'),
  username: usernameSchema.optional(),
  password: passwordSchema,
  name: personName.optional().describe('Default: the part of the address before the @.'),
  role: roleNameSchema.default('user').describe('Only root may give another one than `user`.'),
  group: groupNameSchema.optional().describe('Default: accounts.defaultGroup of the settings.'),
});
export type UserInput = z.input<typeof userInputSchema>;

export const userPatchSchema = z
  .strictObject({
    name: personName,
    username: usernameSchema.nullable(),
    role: roleNameSchema,
    exceptions: exceptionsSchema,
    group: groupNameSchema,
    password: passwordSchema.describe(
      'A new password; ends every session and access token of the user. API keys stay.',
    ),
    ...changeShape(userFields),
  })
  .partial();
export type UserPatch = z.output<typeof userPatchSchema>;

export const creditInputSchema = z.strictObject({
  amountUsd: signedUsdSchema,
  note: z.string().max(500).default('').describe('Shown in the books.'),
  expiresAt: momentSchema
    .optional()
    .describe('When what is left of it is gone. Such credit is spent before all other.'),
  idempotencyKey: z
    .string()
    .min(8)
    .max(100)
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('A second call with the same key changes nothing.'),
});

export const creditLineInputSchema = z.strictObject({
  amountUsd: usdSchema.describe('How far below zero usage may take the wallet; 0 for not at all.'),
  reason: lineSchema(500).describe('Why; in the audit log.'),
});

export const creditSchema = z.strictObject({ balanceNanos: nanosSchema });

export const setupStateSchema = z.strictObject({ needed: z.boolean().describe('No root exists yet.') });

export const setupInputSchema = z.strictObject({
  token: z.string().min(1).max(200).describe('From the link that the server printed.'),
  email: emailSchema,
  password: passwordSchema,
  name: personName.optional(),
});

export const signInSchema = z.strictObject({
  // Not passwordSchema: what was accepted once must be accepted here whatever the rules become.
  email: z.string().min(1).max(254).describe('E-mail address or user name.'),
  password: z.string().min(1).max(256),
  captcha: captchaField,
  remember: z.boolean().default(true).describe('False ends the session with the browser.'),
});

const strangersFields = {
  invite: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('From the link of an administrator’s invitation, where one is needed.'),
  invitation: z.string().max(40).optional().describe('Code of whoever invited one.'),
  termsVersion: z
    .string()
    .max(64)
    .optional()
    .describe('`signUp.termsVersion` of the site, by who agrees to it; needed where there is one.'),
  captcha: captchaField,
};

export const registrationSchema = z.strictObject({
  email: emailSchema.optional().describe('One of `email` and `username` is needed.'),
  username: usernameSchema.optional(),
  password: passwordSchema,
  name: personName.optional(),
  ...strangersFields,
});

export const registrationRequestSchema = z.strictObject({
  email: emailSchema,
  language: languageField,
  ...strangersFields,
});

const mailedToken = z.string().min(1).max(200).describe('From the link that was mailed.');

export const registrationConfirmationSchema = z.strictObject({
  token: mailedToken,
  password: passwordSchema,
  username: usernameSchema.optional(),
  name: personName.optional(),
});

export const forgottenPasswordSchema = z.strictObject({
  login: z.string().min(1).max(254).describe('E-mail address or user name.'),
  language: languageField,
  captcha: captchaField,
});

export const emailChangeSchema = z.strictObject({
  email: emailSchema.describe('The new address; one’s own again has it confirmed.'),
  language: languageField,
});

export const emailConfirmationSchema = z.strictObject({ token: mailedToken });

export const inviteInputSchema = z.strictObject({
  email: emailSchema.nullable().default(null).describe('Has the link mailed there, for this address alone.'),
  group: groupNameSchema.nullable().default(null).describe('Group of the account; null for that of the settings.'),
  note: lineSchema(200).or(z.literal('')).default('').describe('For administrators.'),
  days: z.int().min(1).max(365).default(14).describe('How long it may be used.'),
});

export const inviteSchema = z.strictObject({
  id: z.string(),
  email: z.string().nullable(),
  group: z.string().nullable(),
  note: z.string(),
  createdBy: z.string(),
  createdAt: momentSchema,
  expiresAt: momentSchema,
  usedBy: z.string().nullable().describe('The user whom it has made.'),
  usedAt: momentSchema.nullable(),
});

export const invitePageSchema = pageOf(inviteSchema);

export const newInviteSchema = z.strictObject({
  invite: inviteSchema,
  token: z.string().nullable().describe('For the link `/sign-up#invite=…`, shown once; null where it was mailed.'),
});

export const meSchema = z.strictObject({
  user: userSchema,
  via: z.enum(['session', 'token']),
  readOnly: z.boolean().describe('True for a read-only token.'),
  permissions: z.array(permissionSchema).describe('What one may do.'),
  reachesAny: z.array(permissionSchema).describe('Those of them that reach what belongs to others.'),
});
export type MeView = z.output<typeof meSchema>;

export const sessionStateSchema = z.strictObject({
  me: meSchema.nullable().describe('Null when nobody is signed in.'),
});

export const mePatchSchema = z
  .strictObject({ name: personName, username: usernameSchema.nullable(), timeZone: changeShape(userFields).timeZone })
  .partial();

const keepTokens = z
  .boolean()
  .describe('Leaves one’s access tokens in force; else they end too. API keys always stay.');

export const passwordChangeSchema = z.strictObject({
  current: z.string().min(1).max(256),
  next: passwordSchema,
  keepTokens: keepTokens.default(false),
});

export const signOutEverywhereSchema = z.strictObject({ keepTokens: z.stringbool().default(false) });

export const newPasswordResetSchema = z.strictObject({
  token: z
    .string()
    .describe(
      'For the link `/reset#token=…` of the console, where `&user=…` may name whom it is for; it cannot be shown again, and works once.',
    ),
  expiresAt: momentSchema,
});

export const passwordResetSchema = z.strictObject({
  token: z.string().min(1).max(200).describe('From the link that an administrator gave.'),
  password: passwordSchema,
});

export const sessionSchema = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: momentSchema,
  lastUsedAt: momentSchema.describe('To the minute.'),
  expiresAt: momentSchema.describe('When it ends if it is not used any more.'),
});
export const sessionListSchema = z.strictObject({ data: z.array(sessionSchema) });
