import { expect, test } from 'bun:test';
import { formerAddress } from './former-addresses.ts';

test.each([
  ['/console', '/home'],
  ['/console/', '/home'],
  ['/console/token', '/keys'],
  ['/console/setting/anything', '/settings'],
  ['/console/unheard-of', '/home'],
  ['/usage-logs/common', '/requests'],
  ['/usage-logs/task', '/videos'],
  ['/login', '/'],
])('%s is %s here', (path, page) => {
  expect(formerAddress(path)).toBe(page);
});

test('other paths are nobody’s', () => {
  for (const path of ['/', '/nowhere', '/consoles', '/keys/key_1', '/constructor', '/__proto__'])
    expect([path, formerAddress(path)]).toEqual([path, undefined]);
});
