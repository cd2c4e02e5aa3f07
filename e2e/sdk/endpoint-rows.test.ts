import { readdirSync } from 'node:fs';
import { expect, test } from 'bun:test';
import { endpoints } from '@tollgate/server/endpoints/index';
import { reasons, rows } from './endpoint-rows.ts';

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
