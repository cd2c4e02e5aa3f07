import type { ProtocolId } from '@tollgate/wire/protocol';
import type { AnyProvider, Dialect } from '../providers/define.ts';

/**
 * How a client's protocol is served by a provider. `same`: bytes pass through. `none`: no lane exists yet between the
 * two; the translating lane joins here as a third case when the other protocols' codecs arrive.
 */
export type Exchange = { readonly lane: 'same'; readonly dialect: Dialect } | { readonly lane: 'none' };

/** The first of the provider's dialects that fits, in the provider's order of preference. */
export function planExchange(clientProtocol: ProtocolId, provider: AnyProvider): Exchange {
  const dialect = provider.dialects.find((candidate) => candidate.protocol === clientProtocol);
  return dialect ? { lane: 'same', dialect } : { lane: 'none' };
}
