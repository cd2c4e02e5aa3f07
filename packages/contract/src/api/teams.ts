import { z } from 'zod';
import { usdSchema } from '../price.ts';
import { emailSchema } from './people.ts';
import { lineSchema, momentSchema, nanosSchema, signedUsdSchema } from './page.ts';

/** Teams: people who share keys and a wallet. */

/** Roles within a team, the most powerful first. */
export const teamRoles = ['owner', 'admin', 'billing', 'member'] as const;
export type TeamRole = (typeof teamRoles)[number];

const roleSchema = z
  .enum(teamRoles)
  .describe('`owner` all; `admin` members and keys; `billing` sees the money and pays in; `member` makes keys.');
const teamName = lineSchema(100).describe('What the team is called.');

const idempotencyKeySchema = z
  .string()
  .min(8)
  .max(100)
  .regex(/^[\x21-\x7e]+$/)
  .describe('A second call with the same key changes nothing.');

export const teamSchema = z
  .strictObject({
    id: z.string(),
    name: teamName,
    role: roleSchema.nullable().describe('One’s own role in it; null for an administrator who is no member.'),
    members: z.int(),
    balanceNanos: nanosSchema.nullable().describe('What is in the wallet; null while it cannot be read.'),
    creditLineNanos: nanosSchema
      .nullable()
      .describe('How far below zero usage may take the wallet, 0 for not at all; null while it cannot be read.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'Team' });
export type TeamView = z.output<typeof teamSchema>;

export const teamEndSchema = z.strictObject({
  payOut: z
    .stringbool()
    .default(false)
    .describe('What is in the wallet goes to an owner; without it such a team stays.'),
});
export const teamQuerySchema = z.strictObject({
  all: z.stringbool().default(false).describe('Those that one is no member of too; for administrators.'),
});
export const teamInputSchema = z.strictObject({ name: teamName });

export const teamMemberSchema = z
  .strictObject({
    userId: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: roleSchema,
    keys: z.int().describe('Keys of the team that are theirs.'),
    spentNanos: nanosSchema.describe('What the team’s keys that they have now have spent in all.'),
    monthNanos: nanosSchema.describe('What their keys of the team have spent in this month (UTC).'),
    limitUsd: usdSchema.nullable().describe('What they may spend of the team’s wallet in a month; null for no limit.'),
    joinedAt: momentSchema,
  })
  .meta({ id: 'TeamMember' });

export const teamMemberPatchSchema = z
  .strictObject({
    role: roleSchema,
    limitUsd: usdSchema
      .nullable()
      .describe('What they may spend of the team’s wallet in a month (UTC); null for no limit.'),
  })
  .partial();
export type TeamMemberPatch = z.output<typeof teamMemberPatchSchema>;

export const teamInvitationInputSchema = z.strictObject({
  role: roleSchema.default('member'),
  note: lineSchema(100).default('').describe('For whom it is.'),
  email: emailSchema.optional().describe('Where its link is mailed to; nobody else gets to see it then.'),
});

export const teamInvitationSchema = z
  .strictObject({
    id: z.string(),
    role: roleSchema,
    note: z.string(),
    email: z.string().nullable().describe('Where it was mailed to.'),
    createdAt: momentSchema,
    expiresAt: momentSchema,
  })
  .meta({ id: 'TeamInvitation' });

export const newTeamInvitationSchema = teamInvitationSchema.extend({
  token: z
    .string()
    .nullable()
    .describe('For the link `/teams#join=…` of the console; shown once, works once; null for one that is mailed.'),
});

export const teamJoinSchema = z.strictObject({ token: z.string().min(1).max(200) });

export const teamFundSchema = z.strictObject({
  amountUsd: usdSchema.describe('From one’s own wallet into the team’s.'),
  idempotencyKey: idempotencyKeySchema,
});

export const teamCreditSchema = z.strictObject({
  amountUsd: signedUsdSchema,
  note: z.string().max(500).default('').describe('Shown in the books.'),
  idempotencyKey: idempotencyKeySchema,
});
