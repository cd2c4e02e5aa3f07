import type { ProtocolId } from '@tollgate/wire/protocol';
import type { AnyProvider, Dialect } from '../providers/define.ts';

/**
 * How a client's protocol is served by a provider. `same`: bytes pass through. `translate`: by way of the canonical
 * form. `none`: there is no codec for one of the two, or no dialect that has what is asked.
 */
export type ExchangeMode = 'passthrough' | 'translate';
export type Exchange = { readonly mode: ExchangeMode; readonly dialect: Dialect } | { readonly mode: 'none' };

/**
 * The same protocol where the provider speaks it, else the first of its dialects, in its own order of preference, that
 * can be translated to. `has` says whether a dialect has the operation for this model in that mode; the model of one
 * provider may be served by one of its APIs only.
 */
export function planExchange(
  clientProtocol: ProtocolId,
  provider: AnyProvider,
  canTranslate: (from: ProtocolId, to: ProtocolId) => boolean,
  has: (dialect: Dialect, mode: ExchangeMode) => boolean,
): Exchange {
  const same = provider.dialects.find((dialect) => dialect.protocol === clientProtocol && has(dialect, 'passthrough'));
  if (same) return { mode: 'passthrough', dialect: same };
  const other = provider.dialects.find(
    (dialect) =>
      dialect.protocol !== clientProtocol &&
      canTranslate(clientProtocol, dialect.protocol) &&
      has(dialect, 'translate'),
  );
  return other ? { mode: 'translate', dialect: other } : { mode: 'none' };
}
