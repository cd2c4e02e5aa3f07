import { isObject, parseObject } from '@tollgate/wire/json/fields';
import type { JsonObject } from '@tollgate/wire/protocol';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { redact } from '../domain/redact.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Channel } from '../domain/snapshot.ts';
import type { AccountLogin, Authorization, DeviceCode } from '../providers/account-login.ts';
import type { AskToken } from '../providers/shared/token-cache.ts';
import type { AccountDeps, Actor } from './accounts/account-deps.ts';
import { findFlow, flowLifeMs, putFlow, randomText, takeFlow } from './accounts/flows.ts';
import { mustFind } from './configuration/channels.ts';
import { assertUnlocked, type ConfigurationContext } from './configuration/context.ts';
import { appendCredentials } from './configuration/credentials.ts';
import { accountLoginContext } from './secret-box/contexts.ts';

/*
 * Signing in to an account at a vendor, which becomes an account of a channel. What is under way is kept for ten minutes,
 * sealed, and is ended by who began it alone, on any process, once. Tokens are never shown: they go from the vendor into
 * the channel.
 */

export type AccountLoginDeps = {
  readonly accounts: AccountDeps;
  readonly configuration: ConfigurationContext;
  /** Asks the vendor, by the proxy of the channel. */
  readonly ask: AskToken;
};

/** A person, and the channel as the gateway routes to it. */
type Who = { readonly actor: Actor; readonly channel: Channel };

/** What is shown of a sign-in that has begun. */
export type BegunLogin = {
  /** The text that ends it. */
  readonly flow: string;
  /** Where the person signs in. */
  readonly url: string;
  /** What they type there; null in a browser, whose last address they paste. */
  readonly userCode: string | null;
  /** How long to wait between two attempts to end it; null where there is nothing to wait for. */
  readonly pollMs: number | null;
  /** ms since the epoch. */
  readonly expiresAt: number;
};

const purpose = 'account-login';

const payloadSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('device'),
    channelId: z.string(),
    device: z.strictObject({ id: z.string(), userCode: z.string(), intervalMs: z.number() }),
  }),
  z.strictObject({ by: z.literal('browser'), channelId: z.string(), state: z.string(), codeVerifier: z.string() }),
]);
type Payload = z.output<typeof payloadSchema>;

/** Begins to sign in; refuses where the channel's provider has no such way, or where a file owns the channel. */
export async function beginAccountLogin(
  deps: AccountLoginDeps,
  { actor, channel }: Who,
  by: Payload['by'],
): Promise<BegunLogin> {
  const login = loginOf(channel);
  const { owner } = await mustFind(deps.configuration.database.db, channel.id);
  assertUnlocked(owner, actor.label, `Channel "${channel.name}"`);
  if (by === 'browser') {
    if (!login.browser)
      throw new Refusal('operation_not_supported', `${channel.provider.label} is signed in to by a code.`);
    const state = oauth.generateRandomState();
    const codeVerifier = oauth.generateRandomCodeVerifier();
    const flow = await put(deps, actor, { by, channelId: channel.id, state, codeVerifier });
    return { ...flow, url: await browserUrl(login, login.browser, state, codeVerifier), userCode: null, pollMs: null };
  }
  const device = await askDeviceCode(deps, channel, login);
  const flow = await put(deps, actor, { by, channelId: channel.id, device });
  const url = login.issuer + login.device.pagePath;
  return { ...flow, url, userCode: device.userCode, pollMs: device.intervalMs };
}

/**
 * Ends a sign-in, and adds the account to its channel. `pending` while the code was not typed yet. `redirected` is the address
 * that the browser came to; one that does not belong to this sign-in is refused, and it goes on.
 */
export async function finishAccountLogin(
  deps: AccountLoginDeps,
  { actor, channel }: Who,
  { flow, redirected }: { readonly flow: string; readonly redirected?: string | undefined },
): Promise<'pending' | 'added'> {
  const login = loginOf(channel);
  const payload = await find(deps, actor, channel, flow);
  const authorized =
    payload.by === 'browser'
      ? {
          authorization: {
            code: readRedirect(channel, payload.state, redirected ?? ''),
            codeVerifier: payload.codeVerifier,
          },
          redirectUri: login.browser?.redirectUri ?? '',
        }
      : await pollDevice(deps, channel, login, payload.device);
  if (authorized === 'pending') return authorized;
  // A code is good once: of two who come with it at the same moment one goes on.
  if ((await takeFlow(deps.accounts, purpose, flow)) === undefined) throw over();
  const tokens = 'tokens' in authorized ? authorized.tokens : await askTokens(deps, channel, login, authorized);
  const values = login.credential(tokens);
  if (!channel.provider.credential.safeParse(values).success) throw senseless(channel);
  await appendCredentials(deps.configuration, actor.label, channel.id, [values]);
  return 'added';
}

/** What a code may be exchanged with. */
type Authorized = { readonly authorization: Authorization; readonly redirectUri: string };

const askTokens = async (
  deps: AccountLoginDeps,
  channel: Channel,
  login: AccountLogin,
  { authorization: { code, codeVerifier }, redirectUri }: Authorized,
): Promise<JsonObject> =>
  await askJson(deps, channel, login.tokenPath, {
    form: {
      grant_type: 'authorization_code',
      client_id: login.clientId,
      code,
      code_verifier: codeVerifier,
      redirect_uri: redirectUri,
    },
  });

function loginOf({ provider }: Channel): AccountLogin {
  if (provider.login) return provider.login;
  throw new Refusal('operation_not_supported', `${provider.label} has accounts with keys: add one by its key.`);
}

const over = (): Refusal => new Refusal('not_found', 'This sign-in has ended or expired. Begin another.');

/** Who it is sealed for can open it, and nobody else. */
const contextOf = ({ label }: Actor): string => accountLoginContext(label);

async function put({ accounts }: AccountLoginDeps, actor: Actor, payload: Payload) {
  const flow = randomText(accounts);
  const expiresAt = accounts.now() + flowLifeMs;
  const sealed = accounts.secretBox.seal(JSON.stringify(payload), contextOf(actor));
  await putFlow(accounts, purpose, { text: flow, userId: actor.userId, payload: sealed });
  return { flow, expiresAt };
}

async function find({ accounts }: AccountLoginDeps, actor: Actor, channel: Channel, flow: string): Promise<Payload> {
  const stored = await findFlow(accounts, purpose, flow);
  if (stored === undefined || stored.userId !== actor.userId) throw over();
  const sealed = z.string().parse(JSON.parse(stored.payload));
  if (!accounts.secretBox.knows(sealed)) await accounts.secretBox.reload();
  const payload = payloadSchema.parse(JSON.parse(accounts.secretBox.open(sealed, contextOf(actor))));
  if (payload.channelId !== channel.id) throw over();
  return payload;
}

async function browserUrl(
  { issuer, clientId }: AccountLogin,
  browser: NonNullable<AccountLogin['browser']>,
  state: string,
  codeVerifier: string,
): Promise<string> {
  const url = new URL(issuer + browser.path);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: browser.redirectUri,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    ...browser.params,
  }).toString();
  return url.href;
}

/** The code in the address that the browser came to. */
function readRedirect({ provider }: Channel, state: string, redirected: string): string {
  const wrong = (message: string): Refusal => new Refusal('invalid_request', message, { param: 'redirected' });
  const query = URL.canParse(redirected.trim()) ? new URL(redirected.trim()).searchParams : new URLSearchParams();
  const said = query.get('error');
  if (query.get('state') !== state)
    throw wrong(
      query.has('state')
        ? 'This address is of another sign-in. Open the page again, and paste the address it ends at.'
        : 'Paste the whole address that the browser ended at, with its code and state.',
    );
  if (said !== null) throw wrong(`${provider.label} did not let you in: ${wordOf(said)}.`);
  const code = query.get('code');
  if (!code) throw wrong('There is no code in this address.');
  return code;
}

async function askDeviceCode(deps: AccountLoginDeps, channel: Channel, login: AccountLogin): Promise<DeviceCode> {
  const body = await askJson(deps, channel, login.device.codePath, {
    json: { client_id: login.clientId, ...login.device.params },
  });
  const code = login.device.readCode(body);
  if (!code) throw senseless(channel);
  return code;
}

async function pollDevice(
  deps: AccountLoginDeps,
  channel: Channel,
  login: AccountLogin,
  code: DeviceCode,
): Promise<'pending' | Authorized | { readonly tokens: JsonObject }> {
  const { device } = login;
  const answer = await ask(deps, channel, device.pollPath, { json: device.writePoll(code) });
  if (device.pending.includes(answer.status)) return 'pending';
  const json = jsonOf(channel, answer);
  const polled = device.readPoll(json);
  if (polled === undefined) throw saysNo(channel, answer.status, json) ?? senseless(channel);
  return typeof polled === 'object' && 'authorization' in polled
    ? { ...polled, redirectUri: login.issuer + (device.redirectPath ?? '') }
    : polled;
}

type Body = { readonly json: JsonObject } | { readonly form: Readonly<Record<string, string>> };
type Answer = { readonly status: number; readonly body: string };

const askJson = async (deps: AccountLoginDeps, channel: Channel, path: string, body: Body): Promise<JsonObject> =>
  jsonOf(channel, await ask(deps, channel, path, body));

async function ask(deps: AccountLoginDeps, channel: Channel, path: string, body: Body): Promise<Answer> {
  const isForm = 'form' in body;
  const request = {
    method: 'POST',
    url: loginOf(channel).issuer + path,
    headers: {
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      accept: 'application/json',
      'user-agent': 'tollgate',
    },
    body: isForm ? new URLSearchParams(body.form).toString() : JSON.stringify(body.json),
    proxy: channel.proxy,
  } as const;
  try {
    return await deps.ask(request);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal('upstream_unreachable', `${channel.provider.label} could not be asked: ${redact(why)}.`);
  }
}

function jsonOf(channel: Channel, { status, body }: Answer): JsonObject {
  const json = parseObject(body);
  if (status === 200) {
    if (json) return json;
    throw senseless(channel);
  }
  throw saysNo(channel, status, json) ?? refused(channel, status, '');
}

/** What the vendor says in a word of its own; undefined where it says none. */
function saysNo(channel: Channel, status: number, json: JsonObject | undefined): Refusal | undefined {
  const error = json?.['error'];
  const code = isObject(error) ? error['code'] : error;
  return typeof code === 'string' ? refused(channel, status, ` (${wordOf(code)})`) : undefined;
}

const refused = ({ provider }: Channel, status: number, words: string): Refusal =>
  new Refusal('upstream_auth', `${provider.label} answered with status ${status}${words}.`);

const senseless = ({ provider }: Channel): Refusal =>
  new Refusal('upstream_error', `What ${provider.label} answered makes no sense.`);

/** A vendor's word for what is wrong, such as `access_denied`, and nothing else that it may send. */
const wordOf = (word: string): string => word.replaceAll(/[^\w .-]/g, '').slice(0, 100);
