import { isOwnHeader } from '@tollgate/contract/api/overrides';
import { isOfClient } from '../../domain/overrides/header-steps.ts';
import type { Channel, Credential } from '../../domain/snapshot.ts';
import { baseUrlOf } from '../../domain/base-url.ts';
import { authenticationFor, fieldOf, secretMembers, type PerCallAuth } from '../../providers/auth.ts';
import { joinPath } from '../../providers/path.ts';
import { completedBy, settingsFor } from '../../providers/settings.ts';
import { originOf } from '../../upstream/origin.ts';
import type { Origin } from '../../upstream/upstream.ts';
import { withoutEnd } from '../../domain/without-end.ts';

type Settings = Readonly<Record<string, unknown>>;

/** What a channel's account contributes to every request it serves, worked out once. */
export type Prepared = {
  readonly origin: Origin;
  /** Path of the base URL without a trailing slash. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What its calls carry in their queries; without `?`, often empty. */
  readonly query: string;
  /** How each call is authenticated, where it is signed or carries a token that expires. */
  readonly perCall: PerCallAuth | undefined;
  /** The channel's settings as they hold for the model and the account. */
  readonly settings: Settings;
  /** What `{api_key}` stands for in the channel's headers; often empty where calls are signed. */
  readonly apiKey: string;
  /** Strings that must not reach a client: the account's secrets, and (for all but administrators) names and hosts. */
  readonly secrets: readonly string[];
  readonly names: readonly string[];
};

// A snapshot's channels are frozen and replaced as a whole, so the cache can never be stale and is collected with them.
const cache = new WeakMap<Credential, Prepared>();
/** Of models whose settings are others, by those. */
const byModel = new WeakMap<Settings, WeakMap<Credential, Prepared>>();

/** What an account contributes; for a model it may be something else than for others (its region, say). */
export function prepare(channel: Channel, credential: Credential, model = ''): Prepared {
  const settings = settingsFor(channel.provider, channel.settings, model);
  let known = cache;
  if (settings !== channel.settings) {
    known = byModel.get(settings) ?? new WeakMap();
    byModel.set(settings, known);
  }
  let prepared = known.get(credential);
  if (!prepared) {
    prepared = work(channel, credential, settings);
    known.set(credential, prepared);
  }
  return prepared;
}

/** The channel's base URL, or the provider's own for a model whose settings are others. */
function baseUrlFor({ provider, baseUrl, settings: usual }: Channel, settings: Settings): string {
  return baseUrl === baseUrlOf(provider, usual) ? (baseUrlOf(provider, settings) ?? baseUrl) : baseUrl;
}

function work(channel: Channel, credential: Credential, given: Settings): Prepared {
  const settings = completedBy(channel.provider, given, credential.values);
  const url = new URL(baseUrlFor(channel, settings));
  const carried = authenticationFor(channel.provider, credential.values, settings);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'tollgate',
    ...carried.headers,
  };
  const apiKey = apiKeyOf(channel, credential);
  for (const name of channel.overrides.headers.remove) delete headers[name.toLowerCase()];
  for (const [name, value] of Object.entries(channel.overrides.headers.set))
    if (!isOwnHeader(name) && !isOfClient(value))
      headers[name.toLowerCase()] = value.replaceAll('{api_key}', () => apiKey);
  return {
    origin: originOf(url, channel.proxy),
    basePath: withoutEnd(url.pathname, '/'),
    headers,
    query: carried.query,
    perCall: carried.perCall,
    settings,
    apiKey,
    secrets: [...secretsOf(credential), ...channel.overrides.hidden],
    names: [channel.name, url.hostname, url.host],
  };
}

/** Texts of a credential; of a field that holds a JSON object, also its own that are secret by their names. */
function secretsOf({ values }: Credential): readonly string[] {
  const texts = Object.values(values);
  return [...texts, ...texts.filter((text) => text.startsWith('{')).flatMap(secretMembers)];
}

/** The one secret of an account, where its calls are authenticated by one. */
function apiKeyOf({ provider }: Channel, { values }: Credential): string {
  const plain = provider.auth.flatMap((auth) => ('field' in auth ? [fieldOf(values, auth.field)] : []));
  return plain.find((value) => value !== undefined) ?? '';
}

/** A path below the account's base URL, with what its calls carry in their queries. */
export function pathAt({ basePath, query }: Pick<Prepared, 'basePath' | 'query'>, path: string): string {
  const whole = joinPath(basePath, path);
  if (query === '') return whole;
  return `${whole}${path.includes('?') ? '&' : '?'}${query}`;
}
