import type { Channel, Credential } from '../../domain/snapshot.ts';
import { authenticationFor, type SignatureAuth, type TokenAuth } from '../../providers/auth.ts';
import { originOf } from '../../upstream/origin.ts';
import type { Origin } from '../../upstream/upstream.ts';

/** What a channel's account contributes to every request it serves, worked out once. */
export type Prepared = {
  readonly origin: Origin;
  /** Path of the base URL without a trailing slash. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What its calls carry in their queries; without `?`, often empty. */
  readonly query: string;
  /** How each call is authenticated, where it is signed or carries a token that expires. */
  readonly perCall: SignatureAuth | TokenAuth | undefined;
  /** Strings that must not reach a client: the account's secrets, and (for all but administrators) names and hosts. */
  readonly secrets: readonly string[];
  readonly names: readonly string[];
};

/** Headers of ours that an override may not set: the transport writes them. */
const reserved = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
]);

// A snapshot's channels are frozen and replaced as a whole, so the cache can never be stale and is collected with them.
const cache = new WeakMap<Credential, Prepared>();

export function prepare(channel: Channel, credential: Credential): Prepared {
  let prepared = cache.get(credential);
  if (!prepared) {
    prepared = work(channel, credential);
    cache.set(credential, prepared);
  }
  return prepared;
}

function work(channel: Channel, credential: Credential): Prepared {
  const url = new URL(channel.baseUrl);
  const carried = authenticationFor(channel.provider, credential.values, channel.settings);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'tollgate',
    ...carried.headers,
  };
  for (const name of channel.overrides.headers.remove) delete headers[name.toLowerCase()];
  for (const [name, value] of Object.entries(channel.overrides.headers.set))
    if (!reserved.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  return {
    origin: originOf(url, channel.proxy),
    basePath: url.pathname.replace(/\/+$/, ''),
    headers,
    query: carried.query,
    perCall: carried.perCall,
    secrets: Object.values(credential.values),
    names: [channel.name, url.hostname, url.host],
  };
}

/** A path below the account's base URL, with what its calls carry in their queries. */
export function pathAt({ basePath, query }: Prepared, path: string): string {
  if (query === '') return basePath + path;
  return `${basePath}${path}${path.includes('?') ? '&' : '?'}${query}`;
}
