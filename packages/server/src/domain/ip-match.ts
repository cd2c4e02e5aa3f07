/** An address or a network, as the family's bits above the mask. Built by {@link parseRange}. */
export type IpRange = { readonly family: 4 | 6; readonly prefix: bigint; readonly shift: bigint };

type Address = { readonly family: 4 | 6; readonly bits: bigint };

/**
 * Reads one address in the forms a socket or a header gives it: `1.2.3.4`, `2001:db8::1`, `[2001:db8::1]`, with a zone
 * (`fe80::1%eth0`, which is dropped). An IPv4-mapped IPv6 address (`::ffff:1.2.3.4`) is the IPv4 address, because a
 * dual-stack socket reports its IPv4 clients so. Undefined for anything else.
 */
function parseAddress(text: string): Address | undefined {
  let bare = text;
  if (bare.startsWith('[') && bare.endsWith(']')) bare = bare.slice(1, -1);
  if (!bare.includes(':')) return parseV4(bare);
  const zone = bare.indexOf('%');
  if (zone !== -1) bare = bare.slice(0, zone);
  return parseV6(bare);
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0;
  for (const part of parts) {
    // A leading zero is octal to some parsers and decimal to others: refused, so that nobody can be of two minds.
    if (!/^(0|[1-9]\d{0,2})$/.test(part)) return undefined;
    const byte = Number(part);
    if (byte > 255) return undefined;
    bits = bits * 256 + byte;
  }
  return { family: 4, bits: BigInt(bits) };
}

function parseV6(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let bits = 0n;
  for (const group of [...head, ...Array<number>(missing).fill(0), ...tail]) bits = (bits << 16n) | BigInt(group);
  if (bits >> 32n === 0xffffn) return { family: 4, bits: bits & 0xffff_ffffn };
  return { family: 6, bits };
}

/** The 16-bit groups of one side of `::`; a dotted quad at the end counts as two. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      groups.push(Number(v4.bits >> 16n), Number(v4.bits & 0xffffn));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

/**
 * Reads `1.2.3.4`, `10.0.0.0/8`, `2001:db8::/32` or a bare address; undefined when it is none. Bits set below the
 * mask (`10.1.2.3/8`) are ignored, as routers do. A mapped network (`::ffff:10.0.0.0/104`) is the IPv4 one.
 */
export function parseRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const width = address.family === 4 ? 32 : 128;
  let length = width;
  if (slash !== -1) {
    const suffix = text.slice(slash + 1);
    if (!/^(0|[1-9]\d{0,2})$/.test(suffix)) return undefined;
    length = Number(suffix);
    if (address.family === 4 && text.includes(':')) length -= 96;
    if (length < 0 || length > width) return undefined;
  }
  const shift = BigInt(width - length);
  return { family: address.family, prefix: address.bits >> shift, shift };
}

/** Whether the address lies in one of the ranges. A text that is no address lies in none. */
export function inRanges(address: string, ranges: readonly IpRange[]): boolean {
  const parsed = parseAddress(address);
  if (parsed === undefined) return false;
  return ranges.some((range) => range.family === parsed.family && parsed.bits >> range.shift === range.prefix);
}

/** A name for whose address it is: an IPv4 address itself, of an IPv6 one its first `v6Bits`; undefined when it is none. */
export function networkOf(text: string, v6Bits: number): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const bits = address.family === 4 ? address.bits : address.bits >> BigInt(128 - v6Bits);
  return `v${address.family} ${bits.toString(16)}`;
}

/** The address in one spelling (lower case, compressed by nobody's rules but stable), or undefined when it is none. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  if (address.family === 4) {
    const bits = Number(address.bits);
    return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
  }
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((address.bits >> shift) & 0xffffn).toString(16));
  // RFC 5952: the longest run of zero groups (two or more, the first of equals) becomes `::`.
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (groups[at + length] === '0') length += 1;
    if (length > best.length) best = { at, length };
  }
  if (best.at === -1) return groups.join(':');
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`;
}

/** Lists come from frozen key records, so each is read once in its life. */
const compiled = new WeakMap<readonly string[], readonly IpRange[]>();

/**
 * Whether a key that allows only these IPs and CIDRs may be used from `address`. Entries that cannot be read match
 * nothing (they are refused when a key is saved), so a damaged list closes the door instead of opening it.
 */
export function addressMatches(address: string, allowed: readonly string[]): boolean {
  let ranges = compiled.get(allowed);
  if (ranges === undefined) {
    ranges = allowed.map(parseRange).filter((range) => range !== undefined);
    compiled.set(allowed, ranges);
  }
  return inRanges(address, ranges);
}
