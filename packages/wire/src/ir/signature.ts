import { protocolIds, type ProtocolId } from '../protocol.ts';
import type { Signature } from './part.ts';

/**
 * A client whose protocol has a place for an opaque proof can carry another issuer's: it is written with its issuer's
 * name in front, and recognised when it comes back. Its own proofs are written as they are, so a conversation that
 * never changes protocol sees no difference.
 */
const MARK = 'tollgate-seal.';

const issuers: ReadonlySet<string> = new Set(protocolIds);

/** What a client of protocol `own` is given to carry. Not base64 by itself when it is another's signature. */
export function wrapSignature(signature: Signature, own: ProtocolId): string {
  return signature.by === own && !signature.value.startsWith(MARK)
    ? signature.value
    : `${MARK}${signature.by}.${signature.value}`;
}

/** Whether what a client carries is another issuer's, and so nothing that its own protocol's upstreams know. */
export const isWrapped = (carried: string | undefined): boolean => carried?.startsWith(MARK) === true;

/** What a client of protocol `own` gave back. */
export function unwrapSignature(carried: string, own: ProtocolId): Signature {
  if (!carried.startsWith(MARK)) return { by: own, value: carried };
  const dot = carried.indexOf('.', MARK.length);
  const by = dot < 0 ? '' : carried.slice(MARK.length, dot);
  return isIssuer(by) ? { by, value: carried.slice(dot + 1) } : { by: own, value: carried };
}

function isIssuer(by: string): by is ProtocolId {
  return issuers.has(by);
}
