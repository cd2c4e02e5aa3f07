import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { valueAt } from '@tollgate/wire/json/path';
import { Refusal } from '../../../domain/refusal.ts';
import {
  askAs,
  authorizationUrl,
  authStyleSchema,
  clientSettings,
  exchangeOf,
  fetching,
  judged,
  readProfile,
  tokenResponse,
  type Exchange,
} from '../oauth.ts';
import { accessPolicySchema } from '../policy-schema.ts';
import { defineSignIn, type FlowSecrets, type Profile, type SignInContext } from '../provider.ts';

const httpUrl = z.url({ protocol: /^https?$/ }).max(500);

const settings = z.strictObject({
  issuer: httpUrl.describe('Issuer, as in its discovery document.'),
  ...clientSettings,
  scopes: z.string().max(500).default('openid profile email').describe('Scopes, with spaces between.'),
  authStyle: authStyleSchema.describe('How the client secret is sent to the token endpoint.'),
  trustEmail: z
    .boolean()
    .default(false)
    .describe(
      'Take its addresses for verified where it does not say so. Only for a provider whose people cannot choose their address themselves.',
    ),
  policy: accessPolicySchema.optional(),
});
const secrets = z.strictObject({
  clientSecret: z.string().max(2000).default('').describe('Client secret; empty for a public client.'),
});
type Context = SignInContext<
  Pick<z.output<typeof settings>, 'issuer' | 'clientId' | 'scopes' | 'authStyle' | 'trustEmail' | 'policy'>,
  z.output<typeof secrets>
>;

// Some send the text "true", or 1.
const truth = z
  .union([z.boolean(), z.stringbool(), z.literal(1).transform(() => true)])
  .optional()
  .catch(undefined);
const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(255),
  email: z.string().max(254).optional().catch(undefined),
  email_verified: truth,
  // Microsoft Entra: the owner of the address's domain has shown it to be theirs.
  xms_edov: truth,
  name: z.string().max(200).optional().catch(undefined),
  preferred_username: z.string().max(200).optional().catch(undefined),
});

/** Finds out about the provider, which must be the issuer that was written. */
async function discover(context: Context): Promise<Exchange> {
  const { issuer, clientId, authStyle } = context.settings;
  const server = await judged(context, async () => {
    const url = new URL(issuer);
    const response = await oauth.discoveryRequest(url, { algorithm: 'oidc', ...fetching(context) });
    return await oauth.processDiscoveryResponse(url, response);
  });
  if (server.authorization_endpoint === undefined || server.token_endpoint === undefined)
    throw new Refusal('sign_in_failed', `${context.name} has no way for browsers to sign in.`);
  return exchangeOf(server, { clientId, clientSecret: context.secrets.clientSecret, authStyle });
}

/** Begins OpenID Connect. */
export async function beginOidc(context: Context, flow: FlowSecrets): Promise<URL> {
  const exchange = await discover(context);
  return await authorizationUrl(exchange, context, flow, { scope: context.settings.scopes, nonce: flow.nonce });
}

/** Ends OpenID Connect: the id token's signature, issuer, audience, times and nonce are checked. */
export async function finishOidc(context: Context, flow: FlowSecrets, answer: URLSearchParams): Promise<Profile> {
  const exchange = await discover(context);
  const { server, client } = exchange;
  const response = await tokenResponse(exchange, context, flow, answer);
  const { idClaims, accessToken } = await judged(context, async () => {
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: flow.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, fetching(context));
    return { idClaims: oauth.getValidatedIdTokenClaims(tokens), accessToken: tokens.access_token };
  });
  const id = readProfile(context, claimsSchema, z.json().parse(JSON.parse(JSON.stringify(idClaims ?? null))));
  const claims = { ...id, ...(await userInfo(context, exchange, accessToken, id.sub)) };
  const said = readProfile(context, claimsSchema, z.json().parse(claims));
  return {
    subject: said.sub,
    email: isVerified(said, context.settings) ? said.email : undefined,
    name: said.name ?? said.preferred_username,
    label: said.preferred_username ?? said.email ?? said.name ?? said.sub,
    claims: z.json().parse(claims),
  };
}

type Verifiable = Pick<z.output<typeof claimsSchema>, 'email_verified' | 'xms_edov'>;

/** Whether an address counts. Who says that it is not verified is believed in any case. */
const isVerified = (said: Verifiable, { trustEmail }: Pick<Context['settings'], 'trustEmail'>): boolean =>
  said.email_verified ?? said.xms_edov ?? trustEmail;

/** What the provider says beside the id token; it must be of the same person. */
async function userInfo(
  context: Context,
  { server }: Exchange,
  accessToken: string,
  subject: string,
): Promise<Readonly<Record<string, unknown>>> {
  if (server.userinfo_endpoint === undefined) return {};
  const json = await askAs(context, accessToken, server.userinfo_endpoint);
  if (valueAt(json, 'sub') !== subject)
    throw new Refusal('sign_in_failed', `${context.name} named two different people.`);
  return z.record(z.string(), z.json()).parse(json);
}

export const oidc = defineSignIn({
  id: 'oidc',
  label: 'OpenID Connect',
  docs: 'https://openid.net/developers/how-connect-works/',
  settings,
  secrets,
  begin: beginOidc,
  finish: finishOidc,
  policy: ({ policy }) => policy,
});

const googleSettings = z.strictObject({
  ...clientSettings,
  hostedDomain: z.string().max(253).default('').describe('Only accounts of this Google Workspace domain.'),
});
const googleContext = (context: SignInContext<z.output<typeof googleSettings>, z.output<typeof secrets>>): Context => ({
  ...context,
  settings: {
    issuer: 'https://accounts.google.com',
    clientId: context.settings.clientId,
    scopes: 'openid profile email',
    authStyle: 'params',
    trustEmail: false,
  },
});

export const google = defineSignIn({
  id: 'google',
  label: 'Google',
  docs: 'https://developers.google.com/identity/openid-connect/openid-connect',
  settings: googleSettings,
  secrets,
  begin: async (context, flow) => {
    const url = await beginOidc(googleContext(context), flow);
    if (context.settings.hostedDomain !== '') url.searchParams.set('hd', context.settings.hostedDomain);
    return url;
  },
  finish: async (context, flow, answer) => await finishOidc(googleContext(context), flow, answer),
  // The parameter of the address is only a wish; the claim is what counts.
  policy: ({ hostedDomain }) =>
    hostedDomain === ''
      ? undefined
      : { logic: 'and', conditions: [{ field: 'hd', op: 'eq', value: hostedDomain }], groups: [] },
});
