import { z } from 'zod';
import { exportStates } from './exports.ts';
import { lineSchema, momentSchema, nanosSchema } from './page.ts';

/** What is kept of people: a file of it for themselves, and its end. */

export const deletionSchema = z
  .strictObject({
    askedAt: momentSchema,
    dueAt: momentSchema.describe('From when on the account is erased; until then it can be taken back.'),
    own: z.boolean().describe('Asked for by the person, not by an administrator.'),
    reason: z.string().describe('An administrator’s; empty where the person asked.'),
    waitsFor: z.string().nullable().describe('What has to end first; known once it was due.'),
    erasedAt: momentSchema.nullable(),
  })
  .meta({ id: 'AccountDeletion' });

/** What stands against it, as a word for programs. */
const hindrances = ['root', 'team_owner', 'owes'] as const;

export const deletionStateSchema = z
  .strictObject({
    deletion: deletionSchema.nullable(),
    graceDays: z.int().describe('How long it can be taken back.'),
    hindrance: z
      .strictObject({ kind: z.enum(hindrances), message: z.string() })
      .nullable()
      .describe('Why it cannot be asked for.'),
    balanceNanos: nanosSchema.describe('What the wallet holds, which is lost.'),
    subscriptions: z.int().describe('How many run, and end with the account.'),
  })
  .meta({ id: 'AccountDeletionState' });
export type DeletionState = z.output<typeof deletionStateSchema>;

export const deletionInputSchema = z.strictObject({
  reason: lineSchema(300).describe('Why; the person is told, and it is in the audit log.'),
});

export const accountExportInputSchema = z.strictObject({
  requests: z.boolean().default(true).describe('Whether the request log is in it.'),
});

export const accountExportSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(exportStates),
    bytes: z.int(),
    truncated: z.boolean().describe('There were more requests than one file may hold; the newest are in it.'),
    error: z.string().nullable().describe('Why it failed.'),
    createdAt: momentSchema,
    expiresAt: momentSchema.describe('When it is removed.'),
  })
  .meta({ id: 'AccountExport' });
export type AccountExportView = z.output<typeof accountExportSchema>;
