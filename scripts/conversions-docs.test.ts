import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { page, rendered } from './conversions-docs.ts';

test('docs/conversions.md is what the goldens say (bun scripts/conversions-docs.ts writes it anew)', () => {
  expect(readFileSync(page, 'utf8')).toBe(rendered());
});
