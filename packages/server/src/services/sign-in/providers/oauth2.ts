import type { Json } from '@tollgate/wire/protocol';
import { z } from 'zod';
import { valueAt } from '@tollgate/wire/json/path';
import {
  accessTokenOf,
  askAs,
  authorizationUrl,
  authStyleSchema,
  clientSecrets,
  clientSettings,
  exchangeOf,
  readProfile,
  setOnly,
  subjectSchema,
  tokenResponse,
  type AuthStyle,
} from '../oauth.ts';
import { accessPolicySchema } from '../policy-schema.ts';
import { defineSignIn, type FlowSecrets, type Profile, type SignInContext } from '../provider.ts';

/** A server that speaks OAuth 2 without saying what it is. */
export type PlainServer = {
  readonly authorize: string;
  readonly token: string;
  readonly scope: string;
  readonly authStyle: AuthStyle;
};

type Context = SignInContext<{ readonly clientId: string }, z.output<typeof clientSecrets>>;

const exchange = ({ settings, secrets }: Context, server: PlainServer) =>
  exchangeOf(
    {
      // Nobody says it; an answer that names an issuer is not from here.
      issuer: new URL(server.authorize).origin,
      authorization_endpoint: server.authorize,
      token_endpoint: server.token,
    },
    { clientId: settings.clientId, clientSecret: secrets.clientSecret, authStyle: server.authStyle },
  );

export const beginPlain = async (
  context: Context,
  server: PlainServer,
  flow: FlowSecrets,
  more: Readonly<Record<string, string>> = {},
): Promise<URL> =>
  await authorizationUrl(exchange(context, server), context, flow, { ...setOnly({ scope: server.scope }), ...more });

/** The access token for the code that came back. */
export const finishPlain = async (
  context: Context,
  server: PlainServer,
  flow: FlowSecrets,
  answer: URLSearchParams,
): Promise<string> =>
  await accessTokenOf(context, await tokenResponse(exchange(context, server), context, flow, answer));

const httpUrl = z.url({ protocol: /^https?$/ }).max(500);
const fieldPath = (fallback: string, what: string) => z.string().max(200).default(fallback).describe(what);

const settings = z.strictObject({
  authorizationUrl: httpUrl.describe('Where the browser goes.'),
  tokenUrl: httpUrl.describe('Where the code is exchanged.'),
  userInfoUrl: httpUrl.describe('Where it says who somebody is.'),
  ...clientSettings,
  scopes: z.string().max(500).default('').describe('Scopes, with spaces between.'),
  authStyle: authStyleSchema.describe('How the client secret is sent to the token endpoint.'),
  subjectField: fieldPath('sub', 'Path of the unchanging id in what it says, such as `data.id`.'),
  usernameField: fieldPath('preferred_username', 'Path of the user name.'),
  nameField: fieldPath('name', 'Path of the name for people.'),
  emailField: fieldPath('email', 'Path of the e-mail address.'),
  emailVerifiedField: fieldPath(
    'email_verified',
    'Path of what says that the address is verified; addresses of which nothing says so are not used.',
  ),
  policy: accessPolicySchema.optional(),
});

const textAt = (json: Json, path: string): string | undefined => {
  const found = path === '' ? undefined : valueAt(json, path);
  return typeof found === 'string' && found !== '' ? found.slice(0, 200) : undefined;
};

function profileOf(context: SignInContext<z.output<typeof settings>>, json: Json): Profile {
  const fields = context.settings;
  const { subject } = readProfile(context, z.object({ subject: subjectSchema }), {
    subject: valueAt(json, fields.subjectField) ?? null,
  });
  const verified = valueAt(json, fields.emailVerifiedField);
  const username = textAt(json, fields.usernameField);
  const name = textAt(json, fields.nameField);
  return {
    subject,
    email: verified === true || verified === 'true' ? textAt(json, fields.emailField) : undefined,
    name: name ?? username,
    label: username ?? name ?? subject,
    claims: json,
  };
}

const serverOf = (given: z.output<typeof settings>): PlainServer => ({
  authorize: given.authorizationUrl,
  token: given.tokenUrl,
  scope: given.scopes,
  authStyle: given.authStyle,
});

export const oauth2 = defineSignIn({
  id: 'oauth2',
  label: 'OAuth 2.0',
  docs: 'https://oauth.net/2/',
  settings,
  secrets: clientSecrets,
  begin: async (context, flow) => await beginPlain(context, serverOf(context.settings), flow),
  finish: async (context, flow, answer) => {
    const token = await finishPlain(context, serverOf(context.settings), flow, answer);
    return profileOf(context, await askAs(context, token, context.settings.userInfoUrl));
  },
  policy: ({ policy }) => policy,
});
