import { z } from 'zod';
import { watchModes } from '../entities/channel.ts';
import { ignoreRuleSchema } from '../entities/names.ts';
import { momentSchema } from './page.ts';

/** What a channel's accounts are asked about themselves. */

export const fetchModelsSchema = z.strictObject({
  ignore: z
    .array(ignoreRuleSchema)
    .max(1000)
    .optional()
    .describe('Rules to try in place of the channel’s: names, or `re:` and a pattern.'),
});

const names = z.array(z.string());

export const fetchedModelsSchema = z.strictObject({
  new: names.describe('Upstream names that the channel does not serve yet.'),
  existing: names.describe('Upstream names that it serves.'),
  gone: z
    .array(z.strictObject({ name: z.string(), upstream: z.string() }))
    .describe('Models of the channel whose upstream names are not listed.'),
  ignored: names.describe('Upstream names that a rule leaves aside.'),
});

/** What watching the list of an upstream has brought, less what was taken or dismissed since. */
export const modelWatchSchema = z
  .strictObject({
    channelId: z.string(),
    channel: z.string().describe('Its name.'),
    mode: z.enum(watchModes),
    checkedAt: momentSchema.nullable().describe('When the upstream was asked last; null before the first time.'),
    problem: z.string().nullable().describe('Why it did not answer with a list then.'),
    foundAt: momentSchema.nullable().describe('When something was found last.'),
    new: names.describe('Upstream names that came since the first look, and are not served.'),
    gone: z
      .array(z.strictObject({ name: z.string(), upstream: z.string() }))
      .describe('Models of the channel that the upstream listed once, and does not list any more.'),
  })
  .meta({ id: 'ModelWatch' });
export type ModelWatchView = z.output<typeof modelWatchSchema>;

const some = z.array(z.string().min(1).max(200)).max(2000).default([]);

/** What is done about it. */
export const modelWatchTakeSchema = z.strictObject({
  add: some.describe(
    'Upstream names that are served from now on, under the same name; a name that is taken is left out.',
  ),
  remove: some.describe('Names of the channel’s models that are not served any longer.'),
  dismiss: some.describe('Upstream names that are not told of again; the channel stays as it is.'),
});
export type ModelWatchTake = z.output<typeof modelWatchTakeSchema>;

const heldModelName = z
  .string()
  .trim()
  .regex(/^[\w.:/@-]{1,200}$/, 'must be the name of a model, such as `qwen3:8b`');

export const heldModelInputSchema = z.strictObject({ model: heldModelName });

export const heldModelsSchema = z.strictObject({
  models: z
    .array(
      z.strictObject({
        name: z.string(),
        bytes: z.int().nullable().describe('What it takes on the disk.'),
        about: z.string().describe('Size and precision of its parameters, as far as the server tells.'),
        changedAt: z.int().nullable().describe('When it was fetched or changed last.'),
      }),
    )
    .describe('What the server has.'),
  pulls: z
    .array(
      z.strictObject({
        model: z.string(),
        step: z.string().describe('What the server says that it does.'),
        doneBytes: z.int().nullable().describe('Of the part that is fetched now.'),
        totalBytes: z.int().nullable(),
        problem: z.string().nullable().describe('Why it ended without the model; null while it goes on.'),
      }),
    )
    .describe('What this process has it fetch, and what did not come to its end.'),
});

export const channelBalanceSchema = z.strictObject({
  credentials: z.array(
    z.strictObject({
      index: z.int().describe('Number of the credential within the channel.'),
      balances: z.array(
        z.strictObject({
          amount: z.string().describe('What is left, as a decimal string; may be negative.'),
          currency: z.string().describe('ISO 4217, or the vendor’s own unit.'),
        }),
      ),
      problem: z.string().nullable().describe('Why the account did not tell.'),
    }),
  ),
});
