import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { pages, rendered } from './api-docs.ts';

test('the tables of the documentation are what the contract says (bun scripts/api-docs.ts writes them anew)', () => {
  for (const page of pages) expect(readFileSync(page.file, 'utf8')).toBe(rendered(page));
});
