import type { ProtocolId } from '@tollgate/wire/protocol';
import type { AnyProvider, Dialect } from '../providers/define.ts';

/**
 * How a client's protocol is served by a provider. `same`: bytes pass through. `translate`: by way of the canonical
 * form. `none`: there is no codec for one of the two.
 */
export type Exchange = { readonly lane: 'same' | 'translate'; readonly dialect: Dialect } | { readonly lane: 'none' };

/**
 * The same protocol where the provider speaks it, else the first of its dialects, in its own order of preference, that
 * can be translated to.
 */
export function planExchange(
  clientProtocol: ProtocolId,
  provider: AnyProvider,
  canTranslate: (from: ProtocolId, to: ProtocolId) => boolean,
): Exchange {
  const same = provider.dialects.find((candidate) => candidate.protocol === clientProtocol);
  if (same) return { lane: 'same', dialect: same };
  const other = provider.dialects.find((candidate) => canTranslate(clientProtocol, candidate.protocol));
  return other ? { lane: 'translate', dialect: other } : { lane: 'none' };
}
