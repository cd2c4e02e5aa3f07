import type { Json } from '@tollgate/wire/protocol';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import type { FlowSecrets, SignInContext } from './provider.ts';

/*
 * The authorization code flow, by oauth4webapi: PKCE with S256, state, the issuer of the answer (RFC 9207), and what may
 * come back. What it finds wrong becomes a refusal for whoever signs in; nothing secret is in its words.
 */

/** How the client says who it is at the token endpoint. */
export const authStyleSchema = z.enum(['auto', 'params', 'header']).default('auto');
export type AuthStyle = z.output<typeof authStyleSchema>;

/** One sign-in at one server. */
export type Exchange = {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly auth: oauth.ClientAuth;
};

export function exchangeOf(
  server: oauth.AuthorizationServer,
  ask: { readonly clientId: string; readonly clientSecret: string; readonly authStyle: AuthStyle },
): Exchange {
  // Clocks of providers are a little off.
  const client = { client_id: ask.clientId, [oauth.clockTolerance]: 30 };
  const byHeader =
    ask.authStyle === 'header' ||
    (ask.authStyle === 'auto' &&
      server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === true &&
      !server.token_endpoint_auth_methods_supported.includes('client_secret_post'));
  if (ask.clientSecret === '') return { server, client, auth: oauth.None() };
  return {
    server,
    client,
    auth: byHeader ? oauth.ClientSecretBasic(ask.clientSecret) : oauth.ClientSecretPost(ask.clientSecret),
  };
}

/** Where the browser goes. `more` is what the provider wants beside. */
export async function authorizationUrl(
  { server, client }: Exchange,
  context: SignInContext,
  flow: FlowSecrets,
  more: Readonly<Record<string, string>>,
): Promise<URL> {
  const url = new URL(server.authorization_endpoint ?? '');
  const challenge = await oauth.calculatePKCECodeChallenge(flow.codeVerifier);
  const params = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: context.redirectUri,
    state: flow.state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url;
}

/** Exchanges the code that came back; the answer of the token endpoint is not read yet. */
export async function tokenResponse(
  { server, client, auth }: Exchange,
  context: SignInContext,
  flow: FlowSecrets,
  answer: URLSearchParams,
): Promise<Response> {
  return await judged(context, async () => {
    const checked = oauth.validateAuthResponse(server, client, answer, flow.state);
    return await oauth.authorizationCodeGrantRequest(
      server,
      client,
      auth,
      checked,
      context.redirectUri,
      flow.codeVerifier,
      fetching(context),
    );
  });
}

/** How oauth4webapi asks: by our way out, and by plain http only where the gateway itself is reached so. */
export const fetching = (context: SignInContext) => ({
  [oauth.customFetch]: async (url: string, init: oauth.CustomFetchOptions<string, unknown>): Promise<Response> =>
    await context.fetch(url, { method: init.method, headers: init.headers, ...bodyOf(init.body) }),
  [oauth.allowInsecureRequests]: new URL(context.redirectUri).protocol === 'http:',
});

const bodyOf = (body: unknown): Pick<RequestInit, 'body'> =>
  body instanceof URLSearchParams || typeof body === 'string' ? { body } : {};

/** Runs a step of a sign-in; what it finds wrong is told in words. */
export async function judged<T>({ name }: SignInContext, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error instanceof oauth.AuthorizationResponseError) throw saidNo(name, error.error);
    if (error instanceof oauth.ResponseBodyError) throw saidNo(name, error.error);
    const why = error instanceof Error ? error.message : 'it makes no sense';
    throw new Refusal('sign_in_failed', `What ${name} answered was not accepted: ${why}.`);
  }
}

/** `error` is the provider's own word, such as `access_denied`. */
const saidNo = (name: string, error: string): Refusal =>
  new Refusal('sign_in_failed', `${name} did not let you in: ${error.replaceAll(/[^\w .-]/g, '').slice(0, 100)}.`);

const tokenSchema = z.looseObject({
  access_token: z.string().min(1).max(10_000).optional(),
  token_type: z.string().optional(),
  error: z.string().optional(),
});

/** The access token of a plain OAuth 2 answer, which some send as a form. */
export async function accessTokenOf(context: SignInContext, response: Response): Promise<string> {
  const text = await response.text();
  const token = tokenSchema.safeParse(jsonOf(text) ?? Object.fromEntries(new URLSearchParams(text)));
  if (token.data?.error !== undefined) throw saidNo(context.name, token.data.error);
  const kind = token.data?.token_type?.toLowerCase() ?? 'bearer';
  if (response.status !== 200 || token.data?.access_token === undefined || kind !== 'bearer')
    throw new Refusal('sign_in_failed', `${context.name} gave no access token (status ${response.status}).`);
  return token.data.access_token;
}

/** Asks something of a provider that answers in JSON; anything but 200 with JSON is a refusal. */
export async function askJson(context: SignInContext, url: URL | string, init: RequestInit = {}): Promise<Json> {
  const headers = { accept: 'application/json', ...Object.fromEntries(new Headers(init.headers)) };
  const response = await judged(
    context,
    async () => await context.fetch(url instanceof URL ? url.href : url, { ...init, headers }),
  );
  const json = jsonOf(await response.text());
  if (response.status !== 200 || json === undefined)
    throw new Refusal('sign_in_failed', `${context.name} did not say who you are (status ${response.status}).`);
  return json;
}

/** The same with an access token. */
export const askAs = async (context: SignInContext, token: string, url: URL | string): Promise<Json> =>
  await askJson(context, url, { headers: { authorization: `Bearer ${token}` } });

function jsonOf(text: string): Json | undefined {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Reads what a provider said of somebody; refuses what does not have the form. */
export function readProfile<T>(context: SignInContext, schema: z.ZodType<T>, json: Json): T {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  throw new Refusal(
    'sign_in_failed',
    `${context.name} did not say who you are: ${read.error.issues[0]?.path.join('.') ?? 'the answer'} is missing or strange.`,
  );
}

/** An id as text; 0 and the empty one are nobody's. */
export const subjectSchema = z
  .union([z.string().min(1).max(255), z.int().positive()])
  .transform(String)
  .refine((text) => text.trim() !== '' && text !== '0');

/** Ids and secrets of the application that an operator registered. */
export const clientSettings = { clientId: z.string().min(1).max(500).describe('Client id of the application.') };
export const clientSecrets = z.strictObject({
  clientSecret: z.string().min(1).max(2000).describe('Client secret of the application.'),
});

/** Without what is not set. */
export const setOnly = (fields: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));
