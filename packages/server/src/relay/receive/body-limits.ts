import type { Settings } from '@tollgate/contract/settings';
import { defaultJsonLimits, type JsonLimits } from '@tollgate/wire/json/read';
import type { EndpointFacts } from '../call.ts';

type RelaySettings = Settings['relay'];

/** The largest body that an endpoint takes, in bytes after decompression: the gateway's limit, or its own where that is less. */
export const largestBody = ({ maxBodyBytes = Infinity }: Pick<EndpointFacts, 'maxBodyBytes'>, relay: RelaySettings) =>
  Math.min(maxBodyBytes, relay.maxBodyBytes);

/** Made once for a configuration, and not with every request. */
const jsonLimits = new WeakMap<RelaySettings, JsonLimits>();

/** How far a body of JSON may go. */
export function jsonLimitsOf(relay: RelaySettings): JsonLimits {
  let limits = jsonLimits.get(relay);
  if (!limits) {
    limits = { ...defaultJsonLimits, maxText: relay.maxTextBytes };
    jsonLimits.set(relay, limits);
  }
  return limits;
}
