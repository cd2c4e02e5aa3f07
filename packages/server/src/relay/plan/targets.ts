import type { Channel, Credential } from '../../domain/snapshot.ts';
import type { Origin } from '../../upstream/upstream.ts';

/** What a channel's account contributes to every request it serves, worked out once. */
export type Prepared = {
  readonly origin: Origin;
  /** Path of the base URL without a trailing slash. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
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
  const tls = url.protocol === 'https:';
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'tollgate',
    ...channel.provider.authorize(credential.values, channel.settings),
  };
  for (const name of channel.overrides.headers.remove) delete headers[name.toLowerCase()];
  for (const [name, value] of Object.entries(channel.overrides.headers.set))
    if (!reserved.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  return {
    origin: {
      tls,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
      proxy: channel.proxy,
    },
    basePath: url.pathname.replace(/\/+$/, ''),
    headers,
    secrets: Object.values(credential.values),
    names: [channel.name, url.hostname, url.host],
  };
}
