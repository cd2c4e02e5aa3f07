import { expect, test } from 'bun:test';
import { actsOn, manages, rolesToGive, type Standing } from './deeds.ts';

const as = (role: Standing['role'], administers = false): Standing => ({ role, administers });

test('owners, admins and administrators of the gateway manage a team; others do not', () => {
  expect(manages(as('owner'))).toBe(true);
  expect(manages(as('admin'))).toBe(true);
  expect(manages(as(null, true))).toBe(true);
  expect(manages(as('member', true))).toBe(true);
  expect(manages(as('billing'))).toBe(false);
  expect(manages(as('member'))).toBe(false);
});

test('only owners, and who administers the gateway, act on owners and make them', () => {
  expect(actsOn(as('owner'), 'owner')).toBe(true);
  expect(actsOn(as('admin'), 'owner')).toBe(false);
  expect(actsOn(as('admin'), 'admin')).toBe(true);
  expect(actsOn(as('admin', true), 'owner')).toBe(true);
  expect(rolesToGive(as('owner'))).toEqual(['owner', 'admin', 'billing', 'member']);
  expect(rolesToGive(as('admin'))).toEqual(['admin', 'billing', 'member']);
  expect(rolesToGive(as('member'))).toEqual([]);
});
