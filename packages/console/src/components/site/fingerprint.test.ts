import { expect, test } from 'bun:test';
import { fingerprint } from './fingerprint.ts';

test('a text is known again, and a changed one is another', () => {
  expect(fingerprint('Maintenance on Thursday')).toBe(fingerprint('Maintenance on Thursday'));
  expect(fingerprint('Maintenance on Thursday')).not.toBe(fingerprint('Maintenance on Friday'));
  expect(fingerprint('维护')).not.toBe(fingerprint('维修'));
});
