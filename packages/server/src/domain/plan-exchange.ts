import type { ProtocolId } from '@tollgate/wire/protocol';
import type { AnyProvider, Dialect } from '../providers/define.ts';

/**
 * How a client's protocol is served by a provider. `same`: bytes pass through. `translate`: by way of the canonical
 * form. `none`: there is no codec for one of the two, or no dialect that has what is asked.
 */
export type Lane = 'same' | 'translate';
export type Exchange = { readonly lane: Lane; readonly dialect: Dialect } | { readonly lane: 'none' };

/**
 * The same protocol where the provider speaks it, else the first of its dialects, in its own order of preference, that
 * can be translated to. `has` says whether a dialect has the operation for this model on that lane; the model of one
 * provider may be served by one of its APIs only.
 */
export function planExchange(
  clientProtocol: ProtocolId,
  provider: AnyProvider,
  canTranslate: (from: ProtocolId, to: ProtocolId) => boolean,
  has: (dialect: Dialect, lane: Lane) => boolean,
): Exchange {
  const same = provider.dialects.find((dialect) => dialect.protocol === clientProtocol && has(dialect, 'same'));
  if (same) return { lane: 'same', dialect: same };
  const other = provider.dialects.find(
    (dialect) =>
      dialect.protocol !== clientProtocol &&
      canTranslate(clientProtocol, dialect.protocol) &&
      has(dialect, 'translate'),
  );
  return other ? { lane: 'translate', dialect: other } : { lane: 'none' };
}
