import { inRanges, parseRange, type IpRange } from './ip-match.ts';

const ranges = (...texts: readonly string[]): readonly IpRange[] =>
  texts.map(parseRange).filter((range) => range !== undefined);

/** Of IPv6 only this is given out as addresses that the Internet routes; what IANA has not named is nobody's server. */
const unicast = ranges('0.0.0.0/0', '2000::/3');

/**
 * What the special-purpose registries of IANA take out of that (RFC 6890 and its successors), and what leads back in.
 * Loopback, link-local, unique local, multicast, NAT64 (64:ff9b::/96) and SRv6 of IPv6 lie outside of 2000::/3.
 * https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
 */
const special = ranges(
  '0.0.0.0/8', // this network; many systems take 0.0.0.0 for themselves
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; Alibaba's metadata
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's host, which is its metadata, under an address that looks public
  '169.254.0.0/16', // link-local; the metadata of most clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; Oracle's metadata
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocol assignments: Teredo, ORCHID, benchmarks
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address in disguise, private ones too
  '3ffe::/16', // the 6bone, given back
  '3fff::/20', // documentation
);

/**
 * Whether an IP address belongs to the public Internet, so that anybody could ask it. False for every special range, for
 * IPv4 addresses in disguise whose own are not public, and for a text that is no address.
 */
export const isPublicAddress = (address: string): boolean => inRanges(address, unicast) && !inRanges(address, special);
