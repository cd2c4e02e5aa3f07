import { expect, test } from 'bun:test';
import { z } from 'zod';
import { changesOf, changeShape, defaultsOf, field, inputShape, optional, pickFields, shownShape } from './field.ts';

const fields = {
  weight: field.integer({ min: 0, max: 10, default: 1 }, 'Share.'),
  limit: optional.integer({ min: 1, max: 10 }, 'Most.'),
  tags: field.texts({ each: z.string().max(5), min: 1, max: 2, default: ['a'] }, 'Labels.'),
};
const input = z.strictObject(inputShape(fields));
const change = z.strictObject(changeShape(fields)).partial();
const shown = z.strictObject(shownShape(fields));

test('an input takes what is absent from the defaults, and refuses what is out of bounds', () => {
  expect(input.parse({})).toEqual(defaultsOf(fields));
  expect(input.parse({ weight: 3, limit: null, tags: ['b', 'a', 'b'] })).toEqual({
    weight: 3,
    limit: null,
    tags: ['b', 'a'],
  });
  for (const wrong of [{ weight: 11 }, { weight: null }, { limit: 0 }, { tags: [] }, { tags: ['toolong'] }, { x: 1 }])
    expect(input.safeParse(wrong).success).toBe(false);
});

test('a change names what it changes; null stands for the default', () => {
  expect(change.parse({})).toEqual({});
  expect(change.parse({ weight: null, tags: ['a'] })).toEqual({ weight: null, tags: ['a'] });
  expect(change.safeParse({ weight: -1 }).success).toBe(false);
  expect(changesOf(fields, {})).toEqual({});
  expect(changesOf(fields, { weight: null, limit: null, tags: undefined })).toEqual({ weight: 1, limit: null });
  expect(changesOf(fields, { limit: 3, tags: ['b'] })).toEqual({ limit: 3, tags: ['b'] });
});

test('what the bounds allow no more is shown all the same', () => {
  const old = { weight: 1000, limit: 99, tags: ['toolong', 'b', 'c'] };
  expect(shown.parse(old)).toEqual(old);
  expect(shown.safeParse({ ...old, weight: '1' }).success).toBe(false);
});

test('only declared fields are picked', () => {
  const entity = { id: 'ch_1', weight: 2, limit: null, tags: ['a'], secret: 'x' };
  expect(pickFields(fields, entity)).toEqual({ weight: 2, limit: null, tags: ['a'] });
});

test('each field is described in the schemas that are made of it', () => {
  const described = [input, shown, z.strictObject(changeShape(fields))].map((one) =>
    Object.values(z.toJSONSchema(one, { io: 'input' }).properties ?? {}).map((property) => JSON.stringify(property)),
  );
  for (const [weight = '', limit = '', tags = ''] of described) {
    expect(weight).toContain('Share.');
    expect(limit).toContain('Most.');
    expect(tags).toContain('Labels.');
  }
});
