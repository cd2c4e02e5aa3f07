import { z } from 'zod';
import { lineSchema, momentSchema } from './page.ts';
import { meSchema } from './people.ts';

/** Signing in by way of somebody else: methods, as operators set them up; and the identities that people link. */

const written = {
  name: lineSchema(60).describe('Unique name, shown on the button.'),
  enabled: z.boolean().describe('False shows no button and lets nobody in by it; links stay.'),
  position: z.int().min(0).max(10_000).describe('Order of the buttons, the lowest first.'),
  signUp: z.boolean().describe('Whether strangers get an account by it; else only who has linked it enters.'),
  settings: z.record(z.string(), z.json()).describe('What the provider needs to know.'),
};

const secretTexts = z.record(z.string(), z.string().max(10_000));

export const signInMethodInputSchema = z.strictObject({
  name: written.name,
  provider: z.string().min(1).max(30).describe('Id of the sign-in provider.'),
  enabled: written.enabled.default(true),
  position: written.position.default(0),
  signUp: written.signUp.default(false),
  settings: written.settings.default({}),
  secrets: secretTexts.default({}).describe('What proves who we are. Never shown again.'),
});
export type SignInMethodInput = z.output<typeof signInMethodInputSchema>;

export const signInMethodPatchSchema = z
  .strictObject({ ...written, secrets: secretTexts.describe('Those that are named are replaced; empty removes one.') })
  .partial();
export type SignInMethodPatch = z.output<typeof signInMethodPatchSchema>;

export const signInMethodSchema = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    ...written,
    secrets: z.array(z.string()).describe('Names of the secrets that are set.'),
    redirectUri: z.string().nullable().describe('What to register there; null while site.publicUrl is not set.'),
    identities: z.int().describe('How many accounts are linked by it.'),
    owner: z.string().nullable().describe('Config file that manages it.'),
    createdAt: momentSchema,
    updatedAt: momentSchema,
  })
  .meta({ id: 'SignInMethod' });
export type SignInMethodView = z.output<typeof signInMethodSchema>;

export const signInProviderSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  docs: z.string().describe('Where an application is registered there.'),
  settings: z.record(z.string(), z.json()).describe('JSON Schema of its settings.'),
  secrets: z.record(z.string(), z.json()).describe('JSON Schema of its secrets.'),
  metadata: z.boolean().describe('Whether its settings can be read from a document of its own.'),
});

export const metadataInputSchema = z.strictObject({
  provider: z.string().min(1).max(40),
  source: z.string().min(1).max(200_000).describe('The document, or the http(s) address where it is.'),
});
export type MetadataInput = z.output<typeof metadataInputSchema>;

export const metadataSchema = z.strictObject({
  settings: z.record(z.string(), z.string()).describe('What the document says of the settings of a method.'),
});

/** A button of the sign-in page. */
const signInOptionSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  signUp: z.boolean(),
  byPassword: z
    .boolean()
    .describe('It asks for a name and a password, by `signIn.byPassword`; else the browser goes there.'),
});

export const signInOptionsSchema = z.strictObject({
  data: z.array(signInOptionSchema),
  passkeys: z.boolean().describe('Whether passkeys can be used: the gateway knows its address.'),
  organisations: z.boolean().describe('Whether a team signs in people of a domain of its own.'),
});

export const signInDiscoverySchema = z.strictObject({ email: z.string().min(3).max(320) });

/** The ways in of an organisation, by the domain of an address: whether there is an account of it is not told. */
export const discoveredSchema = z.strictObject({
  data: z.array(signInOptionSchema),
  required: z.boolean().describe('Whether people of this domain come in by no other way.'),
});

export const signInBeginSchema = z.strictObject({
  methodId: z.string().min(1).max(80),
  remember: z.boolean().default(true).describe('False ends the session with the browser.'),
  invitation: z.string().max(40).optional().describe('Code of whoever invited one; for who has no account yet.'),
});

export const signInByPasswordSchema = z.strictObject({
  methodId: z.string().min(1).max(80),
  login: z.string().min(1).max(320).describe('What the directory knows one by.'),
  password: z.string().min(1).max(1000),
  remember: z.boolean().default(true).describe('False ends the session with the browser.'),
  captcha: z.string().max(10_000).optional().describe('Of a captcha, where the answer before asked for one.'),
});

export const redirectionSchema = z.strictObject({ url: z.string().describe('Where the browser goes now.') });

export const signInFinishSchema = z.strictObject({
  methodId: z.string().min(1).max(80).describe('From the address to which the provider sent the browser.'),
  answer: z
    .record(z.string().max(100), z.string().max(20_000))
    .refine((fields) => Object.keys(fields).length <= 30, 'has too many fields')
    .describe('The parameters with which the browser came back.'),
});

/** How far a sign-in has come. */
export const enteredSchema = z.strictObject({
  me: meSchema.nullable().describe('Who is signed in now; null while something is missing.'),
  linked: z.boolean().describe('An identity was linked to the account that was signed in already.'),
});
export type EnteredView = z.output<typeof enteredSchema>;

export const identitySchema = z
  .strictObject({
    id: z.string(),
    methodId: z.string(),
    method: z.string().describe('Name of the method.'),
    provider: z.string(),
    label: z.string().describe('Who one is there, for people to recognise.'),
    createdAt: momentSchema,
    lastUsedAt: momentSchema.nullable(),
  })
  .meta({ id: 'Identity' });

export const identityListSchema = z.strictObject({
  data: z.array(identitySchema),
  hasPassword: z.boolean().describe('Whether one can sign in by password as well.'),
});

const codeSchema = z.string().min(6).max(40).describe('Of the authenticator, or a backup code.');

export const secondFactorCodeSchema = z.strictObject({ code: codeSchema });

export const secondFactorSchema = z.strictObject({
  enabled: z.boolean(),
  backupCodes: z.int().describe('How many are left.'),
  required: z.boolean().describe('Whether one must have a second factor here.'),
});

export const newSecondFactorSchema = z.strictObject({
  secret: z.string().describe('In base 32, for an authenticator that is typed into.'),
  uri: z.string().describe('`otpauth://…`, for a QR code.'),
});

export const backupCodesSchema = z.strictObject({
  backupCodes: z.array(z.string()).describe('Each stands in for a code once. They cannot be shown again.'),
});

export const passkeySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    createdAt: momentSchema,
    lastUsedAt: momentSchema.nullable(),
  })
  .meta({ id: 'Passkey' });

export const passkeyBegunSchema = z.strictObject({
  flow: z.string().describe('Goes back with the response.'),
  options: z.record(z.string(), z.json()).describe('Options of WebAuthn, in their JSON form.'),
});

const optionalText = z.string().max(20_000).optional();
const part = { id: z.string().min(1).max(2000), rawId: z.string().min(1).max(2000), type: z.literal('public-key') };

export const passkeyInputSchema = z.strictObject({
  flow: z.string().min(1).max(200),
  name: lineSchema(100),
  response: z.looseObject({
    ...part,
    response: z.looseObject({
      clientDataJSON: z.string().min(1).max(20_000),
      attestationObject: z.string().min(1).max(100_000),
      transports: z.array(z.string().max(30)).max(10).optional(),
    }),
    clientExtensionResults: z.record(z.string(), z.json()),
  }),
});

export const passkeyEntrySchema = z.strictObject({
  flow: z.string().min(1).max(200),
  response: z.looseObject({
    ...part,
    response: z.looseObject({
      clientDataJSON: z.string().min(1).max(20_000),
      authenticatorData: z.string().min(1).max(20_000),
      signature: z.string().min(1).max(20_000),
      userHandle: optionalText,
    }),
    clientExtensionResults: z.record(z.string(), z.json()),
  }),
});
