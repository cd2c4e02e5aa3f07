import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { canonicalAddress, inRanges, addressMatches, parseRange } from './ip-match.ts';

describe('ip ranges', () => {
  test.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '1.2.3.4', false],
    ['::/0', '2001:db8::1', true],
    ['192.168.1.7', '192.168.1.7', true],
    ['192.168.1.7', '::ffff:192.168.1.7', true],
    ['192.168.1.7', '::ffff:c0a8:107', true],
    ['::ffff:192.168.0.0/112', '192.168.44.1', true],
    ['::ffff:192.168.0.0/112', '192.169.44.1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::1', '[2001:0DB8:0:0::1]', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::1', '::1', true],
    ['2001:db8::1.2.3.4', '2001:db8::102:304', true],
  ])('%s holds %s: %p', (range, address, held) => {
    expect(addressMatches(address, [range])).toBe(held);
  });

  test.each([
    '',
    'x',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/',
    '1.2.3.4/8/8',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1:2:3',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':::',
    '12345::',
    '::/129',
    '::ffff:1.2.3.4/95',
    'g::1',
    '0x7f000001',
    '*',
    '1:2:3:4:5:6:7::8:9',
    '1:2:3:4:5:6:7:8::',
  ])('%p is refused', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  test('what is no address lies nowhere', () => {
    const all = [parseRange('0.0.0.0/0'), parseRange('::/0')].filter((range) => range !== undefined);
    expect(inRanges('unknown', all)).toBe(false);
    expect(inRanges('', all)).toBe(false);
  });

  test('an address lies in every network cut from it, and in none of another first bit', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (address, length) => {
        const flipped = address.replace(/^\d+/, (first) => String(Number(first) ^ 128));
        expect(addressMatches(address, [`${address}/${length}`])).toBe(true);
        expect(addressMatches(flipped, [`${address}/${length}`])).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, length) => {
        const range = parseRange(`${address}/${length}`);
        if (range?.family === 6) expect(inRanges(address, [range])).toBe(true);
      }),
    );
  });

  test('canonical spelling is stable and means the same address', () => {
    expect(canonicalAddress('2001:0DB8:0:0:0:0:0:1')).toBe('2001:db8::1');
    expect(canonicalAddress('::ffff:1.2.3.4')).toBe('1.2.3.4');
    expect(canonicalAddress('0:0:0:0:0:0:0:0')).toBe('::');
    expect(canonicalAddress('nope')).toBeUndefined();
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const canonical = canonicalAddress(address) ?? '';
        expect(canonicalAddress(canonical)).toBe(canonical);
        expect(addressMatches(address, [canonical])).toBe(true);
      }),
    );
  });
});
