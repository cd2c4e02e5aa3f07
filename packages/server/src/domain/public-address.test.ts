import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { canonicalAddress } from './ip-match.ts';
import { isPublicAddress } from './public-address.ts';

describe('public addresses', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '168.63.129.15',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2001:4860:4860::8888',
    '[2606:4700::1111]',
    '2a00:1450:4001:82a::200e',
    '2003::1',
    '3fff:1000::1',
    '::ffff:8.8.8.8',
  ])('%s is one', (address) => expect(isPublicAddress(address)).toBe(true));

  test.each([
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.100.100.200',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '168.63.129.16',
    '169.254.0.0',
    '169.254.169.254',
    '169.254.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.0',
    '192.0.0.192',
    '192.0.0.255',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.0',
    '192.168.255.255',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.255',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::a00:1',
    '100::1',
    '100:0:0:1::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:2::1',
    '2001:10::1',
    '2001:20::1',
    '2001:1ff:ffff::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '2002:808:808::1',
    '3ffe::1',
    '3fff::1',
    '3fff:fff:ffff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fdff:ffff::1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'feff::1',
    'ff02::1',
    '[::1]',
  ])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['', 'localhost', 'example.com', '2130706433', '0x7f.1', '127.1', '017700000001', '8.8.8.8/32', '8.8.8'])(
    '%p is no address, so it is none either',
    (text) => expect(isPublicAddress(text)).toBe(false),
  );

  // What a URL's reader makes of the spellings that have fooled filters: one canonical address.
  test.each([
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f000001/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://017700000001/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://127.0.1/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://0/', '0.0.0.0'],
    ['http://１２７.0.0.1/', '127.0.0.1'],
    ['http://127。0。0。1/', '127.0.0.1'],
    ['http://%31%32%37.0.0.1/', '127.0.0.1'],
    ['http://①②⑦.⓪.⓪.①/', '127.0.0.1'],
    ['http://2852039166/', '169.254.169.254'],
    ['http://[::ffff:127.0.0.1]/', '127.0.0.1'],
    ['http://[::FFFF:A9FE:A9FE]/', '169.254.169.254'],
    ['http://[0:0:0:0:0:0:0:1]/', '::1'],
  ])('%s is a spelling of %s', (url, address) => {
    const { hostname } = new URL(url);
    expect(canonicalAddress(hostname)).toBe(address);
    expect(isPublicAddress(hostname)).toBe(false);
  });

  const byte = fc.integer({ min: 0, max: 255 });
  const group = fc.integer({ min: 0, max: 0xffff });
  const hex = (value: number): string => value.toString(16);

  test('a mapped address is what its IPv4 address is, however it is spelt', () => {
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const address = `${a}.${b}.${c}.${d}`;
        const mapped = `::ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
        expect(isPublicAddress(mapped)).toBe(isPublicAddress(address));
        expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address));
        const asNumber = ((a * 256 + b) * 256 + c) * 256 + d;
        expect(isPublicAddress(new URL(`http://${asNumber}/`).hostname)).toBe(isPublicAddress(address));
      }),
    );
  });

  test('nothing within a private network is public', () => {
    fc.assert(
      fc.property(byte, byte, byte, (b, c, d) => {
        expect(isPublicAddress(`10.${b}.${c}.${d}`)).toBe(false);
        expect(isPublicAddress(`127.${b}.${c}.${d}`)).toBe(false);
        expect(isPublicAddress(`192.168.${c}.${d}`)).toBe(false);
        expect(isPublicAddress(`172.${16 + (b % 16)}.${c}.${d}`)).toBe(false);
        expect(isPublicAddress(`169.254.${c}.${d}`)).toBe(false);
      }),
    );
  });

  test('no IPv6 address outside of 2000::/3 is public, nor one that hides an IPv4 address', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const [first = 0, ...rest] = groups;
        const tail = rest.map(hex).join(':');
        const mapped = first === 0 && rest.slice(0, 4).every((value) => value === 0) && rest[4] === 0xffff;
        if (first >> 13 !== 1 && !mapped) expect(isPublicAddress(`${hex(first)}:${tail}`)).toBe(false);
        expect(isPublicAddress(`2002:${tail}`)).toBe(false);
        expect(isPublicAddress(`2001:0:${rest.slice(1).map(hex).join(':')}`)).toBe(false);
        expect(isPublicAddress(`64:ff9b:${rest.slice(1).map(hex).join(':')}`)).toBe(false);
      }),
    );
  });

  test('of two spellings of one address both are public or none is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect(isPublicAddress(canonicalAddress(address) ?? '')).toBe(isPublicAddress(address));
      }),
    );
  });
});
