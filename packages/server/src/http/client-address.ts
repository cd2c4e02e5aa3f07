import { canonicalAddress, inRanges, type IpRange } from '../domain/ip-match.ts';

/** Hops read from one header; a longer list is a client's own invention. */
const maxHops = 32;

/**
 * The address of the client behind trusted proxies. Every proxy appends the peer it saw to `X-Forwarded-For`, so the
 * list is read from its right end for as long as the one who wrote the entry is trusted; what lies further left was
 * written by the client and means nothing. An entry that cannot be read ends the walk at the last address known.
 *
 * @param peer the address of the socket
 * @param forwardedFor the header, repeated ones joined by commas; null when absent
 * @param trusted networks of the operator's own proxies; empty trusts nobody and gives `peer`
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: readonly IpRange[]): string {
  // Every request comes through here; without proxies the socket's own spelling is good enough but for mapped IPv4.
  if (forwardedFor === null || trusted.length === 0)
    return peer.startsWith('::ffff:') && peer.includes('.') ? peer.slice(7) : peer;
  let client = canonicalAddress(peer) ?? peer;
  const hops = forwardedFor.split(',').slice(-maxHops);
  while (inRanges(client, trusted)) {
    const hop = hops.pop();
    if (hop === undefined) break;
    const address = canonicalAddress(withoutPort(hop.trim()));
    if (address === undefined) break;
    client = address;
  }
  return client;
}

/** Some proxies (Azure's, IIS) append the port: `1.2.3.4:5678`, `[2001:db8::1]:5678`. */
function withoutPort(hop: string): string {
  if (hop.startsWith('[')) return hop.slice(0, hop.indexOf(']') + 1);
  const colon = hop.indexOf(':');
  return colon !== -1 && colon === hop.lastIndexOf(':') ? hop.slice(0, colon) : hop;
}

/** Whether the request reached the outermost trusted proxy by TLS; `X-Forwarded-Proto` of a stranger means nothing. */
export function arrivedByTls(
  peer: string,
  forwardedProto: string | null,
  trusted: readonly IpRange[],
  socketTls: boolean,
): boolean {
  if (socketTls) return true;
  if (forwardedProto === null || !inRanges(peer, trusted)) return false;
  return forwardedProto.split(',')[0]?.trim().toLowerCase() === 'https';
}

/** The host that the client asked for: a trusted proxy may hand the request on under a name of its own and say so. */
export function hostAsked(
  peer: string,
  headers: { get(name: string): string | null },
  trusted: readonly IpRange[],
): string | null {
  const forwarded = headers.get('x-forwarded-host');
  const believed = forwarded !== null && inRanges(peer, trusted);
  return believed ? (forwarded.split(',')[0]?.trim() ?? null) : headers.get('host');
}
