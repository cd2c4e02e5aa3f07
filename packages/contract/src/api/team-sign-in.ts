import { z } from 'zod';
import { lineSchema, momentSchema } from './page.ts';
import { teamRoles } from './teams.ts';
import { signInMethodInputSchema, signInMethodSchema } from './sign-in.ts';

/** Single sign-on of a team: domains that it has shown to be its own, and whom its people sign in by. */

/** Providers that a team may sign in by; the others are made for one application for everybody. */
export const teamSignInProviders = ['oidc', 'saml'] as const;

export const teamDomainInputSchema = z.strictObject({
  domain: z
    .hostname()
    .max(253)
    .refine((name) => name.includes('.') && !/(^|\.)\d+$/.test(name), 'is no domain of the Internet')
    .describe('Domain of the addresses, such as example.com.'),
});

export const teamDomainSchema = z
  .strictObject({
    id: z.string(),
    domain: z.string(),
    record: z
      .strictObject({ name: z.string(), type: z.literal('TXT'), value: z.string() })
      .describe('What the DNS of the domain is to say.'),
    verifiedAt: momentSchema.nullable().describe('Null until the record was found.'),
    lostAt: momentSchema
      .nullable()
      .describe('When the domain is the team’s no more, because its record is gone; null while that stands.'),
    enforced: z.boolean().describe('People of this domain come in by the team’s sign-in methods only.'),
    createdAt: momentSchema,
  })
  .meta({ id: 'TeamDomain' });
export type TeamDomainView = z.output<typeof teamDomainSchema>;

export const teamDomainPatchSchema = z.strictObject({
  enforced: z.boolean().describe('Ends the sessions of the domain’s people, except one’s own.'),
});

const administrators = z
  .boolean()
  .describe('Whether it enters accounts that reach what is others’, never root’s. Needs `signIn:write` to be set.');

export const teamSignInMethodInputSchema = z.strictObject({
  ...signInMethodInputSchema.omit({ position: true }).shape,
  provider: z.enum(teamSignInProviders),
  signUp: z.boolean().default(true).describe('Whether people of the team’s verified domains get an account by it.'),
  administrators: administrators.default(false),
});
export type TeamSignInMethodInput = z.output<typeof teamSignInMethodInputSchema>;

export const teamSignInMethodPatchSchema = z
  .strictObject({
    ...teamSignInMethodInputSchema.omit({ provider: true }).shape,
    enabled: z.boolean(),
    signUp: z.boolean(),
    settings: z.record(z.string(), z.json()),
    secrets: z
      .record(z.string(), z.string().max(10_000))
      .describe('Those that are named are replaced; empty removes one.'),
    administrators,
  })
  .partial();
export type TeamSignInMethodPatch = z.output<typeof teamSignInMethodPatchSchema>;

export const teamSignInMethodSchema = signInMethodSchema
  .omit({ owner: true, position: true })
  .extend({ administrators })
  .meta({ id: 'TeamSignInMethod' });
export type TeamSignInMethodView = z.output<typeof teamSignInMethodSchema>;

const groupRole = z
  .enum(teamRoles)
  .exclude(['owner'])
  .nullable()
  .describe('The role in the team that its members have by it; of several the most powerful. Null for none.');

export const directoryGroupSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  members: z.int(),
  role: groupRole,
});

const directoryTokenSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  lastFour: z.string(),
  createdAt: momentSchema,
  lastUsedAt: momentSchema.nullable(),
});

export const directorySchema = z
  .strictObject({
    baseUrl: z
      .string()
      .nullable()
      .describe('Where the directory calls by SCIM 2.0; null while site.publicUrl is not set.'),
    users: z.int().describe('People whom the directory has named.'),
    inactive: z.int().describe('Of them, those whom it has stopped.'),
    tokens: z.array(directoryTokenSchema),
    groups: z.array(directoryGroupSchema),
  })
  .meta({ id: 'Directory' });

export const directoryTokenInputSchema = z.strictObject({ name: lineSchema(100) });
export const newDirectoryTokenSchema = directoryTokenSchema.extend({
  token: z.string().describe('The whole text; shown this once.'),
});
export const directoryGroupPatchSchema = z.strictObject({ role: groupRole });
