import { z } from 'zod';
import { doors, siteModes } from '../settings/site.ts';
import { momentSchema } from './page.ts';

export const siteSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  publicUrl: z.string().describe('Address under which users reach the gateway; empty where nobody has set one.'),
  startedAt: momentSchema.describe('When the process that answers was started.'),
  setupNeeded: z.boolean().describe('No root exists yet.'),
  registrationOpen: z.boolean().describe('Strangers may create an account, with an invitation or without.'),
  signUp: z.strictObject({
    mode: z.enum(['closed', 'open', 'invitation']),
    verifyEmail: z.boolean().describe('An account begins with a link that is mailed.'),
    termsVersion: z.string().nullable().describe('Of the terms and the privacy policy to agree to; null without any.'),
  }),
  captcha: z
    .strictObject({ kind: z.enum(['turnstile', 'hcaptcha']), siteKey: z.string() })
    .nullable()
    .describe('Who tells people from programs.'),
  mail: z.boolean().describe('Links can be mailed, such as that for a new password.'),
  doors: z
    .strictObject({
      marketplace: z.enum(doors),
      status: z.enum(doors),
      rankings: z.enum(doors),
      ownKeys: z.enum(doors).describe('Keys that people bring to providers.'),
      invitations: z.enum(doors).describe('Members may invite others.'),
    })
    .describe('To whom pages are open that may be switched off.'),
  images: z
    .strictObject({ logo: z.string(), logoDark: z.string(), favicon: z.string() })
    .describe('Paths of the images that replace ours, such as `site-images/….png`; empty for ours.'),
  firstPage: z
    .strictObject({
      url: z
        .string()
        .describe('Where it is shown from in a frame: an https address, or a path below the console’s root.'),
      scripts: z
        .boolean()
        .describe('Whether it may run scripts: those of another site may, the gateway’s own may not.'),
    })
    .nullable()
    .describe('The first page for visitors that replaces ours; null for ours.'),
  mode: z.enum(siteModes).describe('For whom it is run: one person, a team, or the public.'),
});

/** An image for the site: one of the two. */
export const siteImageInputSchema = z
  .union([
    z.strictObject({ base64: z.base64().min(1).max(400_000).describe('The bytes of a PNG, JPEG or WebP.') }),
    z.strictObject({
      url: z
        .url({ protocol: /^https$/ })
        .max(1000)
        .describe('Where it is fetched from, once.'),
    }),
  ])
  .meta({ id: 'SiteImageInput' });

export const siteImageSchema = z
  .strictObject({
    name: z.string().describe('What `site.logo`, `site.logoDark` and `site.favicon` take.'),
    path: z.string().describe('Where it is served, below the console’s root.'),
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
  })
  .meta({ id: 'SiteImage' });

/** What administrators have written for everybody; Markdown, whose HTML is to be shown as text. Empty: nothing. */
export const siteContentSchema = z
  .strictObject({
    name: z.string(),
    clients: z.array(z.string()).describe('Links to clients, as `site.clients` has them.'),
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

export const installationSchema = z.strictObject({
  at: momentSchema.describe('The clock of the process that answers.'),
  database: z.strictObject({
    kind: z.enum(['sqlite', 'postgres', 'mysql']),
    reachable: z.boolean(),
    answeredMs: z.int(),
    clockAheadMs: z
      .int()
      .nullable()
      .describe('How much further the clock of the database is; null when it did not say.'),
  }),
  dataDir: z.strictObject({
    path: z.string(),
    problem: z.string().nullable().describe('Why nothing can be written there, such as `EACCES`; null when it can.'),
  }),
  publicUrl: z.strictObject({
    configured: z.string().describe('`site.publicUrl` of the settings; empty when it is not set.'),
    state: z
      .enum(['unset', 'reached', 'elsewhere', 'unreachable'])
      .describe('What the gateway met when it asked there: itself (`reached`), somebody else, or nobody.'),
  }),
  secure: z.boolean().describe('This very call came by HTTPS.'),
});

/** A provider as its descriptor has it; the fields of its forms as JSON Schema. */
export const providerSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  docs: z.string(),
  baseUrl: z.string().nullable().describe('Null when a channel must give one; `{name}` stands for a setting.'),
  protocols: z.array(z.string()),
  keyPrefixes: z.array(z.string()).describe('How its keys begin, where they begin in a way of their own.'),
  keyPatterns: z
    .array(z.string())
    .describe('Regular expressions of its whole keys, where these tell them from others better than how they begin.'),
  keyField: z.string().describe('The field of the credential that such a key belongs into.'),
  listsModels: z.boolean().describe('Whether `channels.models.fetch` works.'),
  holdsModels: z.boolean().describe('Whether the models of its server can be fetched and removed: `channels.held`.'),
  accountLogin: z.boolean().describe('Whether accounts can be added by signing in at the vendor: `credentials.login`.'),
  accountLoginWays: z.array(z.enum(['device', 'browser'])).describe('How `credentials.login.begin` may be asked.'),
  tellsBalance: z.boolean().describe('Whether `channels.balance` works.'),
  credential: z.record(z.string(), z.json()).describe('JSON Schema of one credential.'),
  settings: z.record(z.string(), z.json()).describe('JSON Schema of the settings.'),
});
