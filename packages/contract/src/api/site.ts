import { z } from 'zod';
import { momentSchema } from './page.ts';

export const siteSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  startedAt: momentSchema.describe('When the process that answers was started.'),
  setupNeeded: z.boolean().describe('No root exists yet.'),
  registrationOpen: z.boolean(),
});

/** What administrators have written for everybody; Markdown, whose HTML is to be shown as text. Empty: nothing. */
export const siteContentSchema = z
  .strictObject({
    name: z.string(),
    logoUrl: z.string().describe('Address (https); empty for our own.'),
    footer: z.string(),
    announcement: z.string(),
    faq: z.string(),
    about: z.string(),
    terms: z.string(),
    privacy: z.string(),
  })
  .meta({ id: 'SiteContent' });

export const statusSchema = z.strictObject({
  version: z.string(),
  startedAt: momentSchema.describe('When the process that answers was started.'),
  database: z.strictObject({ kind: z.enum(['sqlite', 'postgres', 'mysql']), reachable: z.boolean() }),
  configurationVersion: z.int().describe('Number of the snapshot in force in the process that answers.'),
  channels: z.strictObject({ total: z.int(), enabled: z.int() }),
});

/** A provider as its descriptor has it; the fields of its forms as JSON Schema. */
export const providerSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  docs: z.string(),
  baseUrl: z.string().nullable().describe('Null when a channel must give one; `{name}` stands for a setting.'),
  protocols: z.array(z.string()),
  keyPrefixes: z.array(z.string()).describe('How its keys begin, where they begin in a way of their own.'),
  listsModels: z.boolean().describe('Whether `channels.models.fetch` works.'),
  tellsBalance: z.boolean().describe('Whether `channels.balance` works.'),
  credential: z.record(z.string(), z.json()).describe('JSON Schema of one credential.'),
  settings: z.record(z.string(), z.json()).describe('JSON Schema of the settings.'),
});
