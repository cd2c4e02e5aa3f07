import { readdirSync } from 'node:fs';
import { expect, test } from 'bun:test';
import { endpoints } from '@tollgate/server/endpoints/index';
import type { Sdk } from './asked-endpoints.ts';
import { reasons, reasonsOfPython, rows } from './endpoint-rows.ts';

const ids = endpoints.map(({ id }) => id);
const asked = new Set(Object.values(rows).flatMap((bySdk) => Object.values(bySdk).flat()));

test('every endpoint is asked through an official SDK, or says why not', () => {
  expect(ids.filter((id) => !asked.has(id) && reasons[id] === undefined)).toEqual([]);
});

test('no reason stands for what is asked, and no row for what is none of the table', () => {
  expect(Object.keys(reasons).filter((id) => asked.has(id) || !ids.includes(id))).toEqual([]);
  expect([...asked].filter((id) => !ids.includes(id))).toEqual([]);
});

test('every file of the rows is there', () => {
  const there = readdirSync(import.meta.dir);
  expect(Object.keys(rows).filter((file) => !there.includes(file))).toEqual([]);
});

/** What an SDK asks in all files. */
const askedBy = (sdk: Sdk): readonly string[] => Object.values(rows).flatMap((bySdk) => bySdk[sdk] ?? []);

test.each(['openai', 'anthropic', 'google'] as const)(
  '%s: Python asks what JavaScript asks, or says why not',
  (vendor) => {
    const inPython = new Set(askedBy(`${vendor}-python`));
    const missing = new Set(askedBy(`${vendor}-js`).filter((id) => !inPython.has(id)));
    expect([...missing].filter((id) => reasonsOfPython[id] === undefined)).toEqual([]);
  },
);

test('no reason stands for what Python asks', () => {
  const asks = new Set((['openai', 'anthropic', 'google'] as const).flatMap((vendor) => askedBy(`${vendor}-python`)));
  expect(Object.keys(reasonsOfPython).filter((id) => asks.has(id))).toEqual([]);
});
