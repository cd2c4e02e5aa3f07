import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { providers } from '../src/providers/index.ts';
import { noticeKindTable } from '../src/services/notices/kinds/index.ts';
import { paymentAdapters } from '../src/services/payments/providers/index.ts';
import { signInProviders } from '../src/services/sign-in/providers/index.ts';

/** What descriptors say of the fields of their forms is said by the console in its languages, by the English text. */

const file = path.resolve(import.meta.dirname, '../../console/src/locales/en/descriptors.json');

const field = z.looseObject({
  label: z.string().optional(),
  help: z.string().optional(),
  description: z.string().optional(),
});
const shape = z.looseObject({
  properties: z.record(z.string(), field).optional(),
  anyOf: z.array(z.looseObject({ properties: z.record(z.string(), field).optional() })).optional(),
});

/** Labels and sentences of a form. */
function textsOf(schema: z.ZodType): readonly string[] {
  const read = shape.parse(z.toJSONSchema(schema, { io: 'input' }));
  return [read, ...(read.anyOf ?? [])]
    .flatMap(({ properties = {} }) => Object.values(properties))
    .flatMap(({ label, help, description }) => [label, help ?? description])
    .filter((text): text is string => text !== undefined && text !== '');
}

test('every text of a descriptor has its words in the console, and no other has', () => {
  const forms = [
    ...providers.flatMap(({ credential, settings }) => [credential, settings]),
    ...[...signInProviders.values()].flatMap(({ settings, secrets }) => [settings, secrets]),
    ...[...paymentAdapters.values()].flatMap(({ settings, secrets }) => [settings, secrets]),
  ];
  const notices = Object.values(noticeKindTable).flatMap(({ fields }) => fields.map(({ description }) => description));
  const wanted = new Set([...forms.flatMap(textsOf), ...notices.filter((text) => text !== '')]);
  const words = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(Object.keys(words).toSorted()).toEqual([...wanted].toSorted());
  // English is what the descriptors say.
  for (const [text, said] of Object.entries(words)) expect(said).toBe(text);
});
