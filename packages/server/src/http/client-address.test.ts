import { describe, expect, test } from 'bun:test';
import { parseRange } from '../domain/ip-match.ts';
import { arrivedByTls, clientAddress, hostAsked } from './client-address.ts';

const trusted = ['10.0.0.0/8', '2001:db8::/32'].map(parseRange).filter((range) => range !== undefined);

describe('client address', () => {
  test.each([
    ['a stranger is believed nothing', '8.8.8.8', '1.1.1.1', '8.8.8.8'],
    ['one proxy', '10.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['the client forges the left end', '10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['two proxies', '10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
    ['only proxies: the leftmost', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['garbage ends the walk', '10.0.0.1', '1.1.1.1, unknown, 10.0.0.2', '10.0.0.2'],
    ['garbage at once', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['empty', '10.0.0.1', '', '10.0.0.1'],
    ['ports', '10.0.0.1', '1.1.1.1:443', '1.1.1.1'],
    ['v6 with port', '2001:db8::5', '[2001:DB9::7]:443', '2001:db9::7'],
    ['v6 bare', '2001:db8::5', '2001:db9::7', '2001:db9::7'],
    ['mapped peer', '::ffff:10.0.0.1', '1.1.1.1', '1.1.1.1'],
  ])('%s', (_name, peer, header, client) => {
    expect(clientAddress(peer, header, trusted)).toBe(client);
  });

  test('no header, nobody trusted', () => {
    expect(clientAddress('10.0.0.1', null, trusted)).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', '1.1.1.1', [])).toBe('10.0.0.1');
  });

  test('a long forged list costs a bounded walk', () => {
    const forged = `${'6.6.6.6, '.repeat(5000)}1.1.1.1`;
    expect(clientAddress('10.0.0.1', forged, trusted)).toBe('1.1.1.1');
  });

  test('TLS is believed of trusted proxies only', () => {
    expect(arrivedByTls('10.0.0.1', 'https', trusted, false)).toBe(true);
    expect(arrivedByTls('10.0.0.1', 'http', trusted, false)).toBe(false);
    expect(arrivedByTls('8.8.8.8', 'https', trusted, false)).toBe(false);
    expect(arrivedByTls('8.8.8.8', null, trusted, true)).toBe(true);
  });

  test('another host is believed of trusted proxies only', () => {
    const headers = new Headers({ host: 'inside:3000', 'x-forwarded-host': 'gate.example, other' });
    expect(hostAsked('10.0.0.1', headers, trusted)).toBe('gate.example');
    expect(hostAsked('8.8.8.8', headers, trusted)).toBe('inside:3000');
    expect(hostAsked('10.0.0.1', new Headers({ host: 'inside:3000' }), trusted)).toBe('inside:3000');
    expect(hostAsked('10.0.0.1', new Headers(), trusted)).toBeNull();
  });
});
