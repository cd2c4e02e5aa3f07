import { expect, test } from 'bun:test';
import { field, optional } from '@tollgate/contract/entities/field';
import fc from 'fast-check';
import { z } from 'zod';
import { fieldColumns } from './field-columns.ts';
import { column } from './table.ts';

const fields = {
  share: field.integer({ min: 0, max: 100, default: 1 }, 'A number.'),
  mostAtOnce: optional.integer({ min: 1, max: 2 ** 31 }, 'A number, or none.'),
  endsAt: optional.moment('When.'),
  enabled: field.flag({ default: true }, 'Whether.'),
  remark: field.text({ max: 20, default: '' }, 'A text.'),
  digits: optional.text({ max: 5 }, 'A text that looks like a number.'),
  tags: field.texts({ each: z.string(), max: 5, default: [] }, 'Texts.'),
  allowedIps: optional.texts({ each: z.string(), max: 5 }, 'Texts, or none.'),
  retry: field.json(
    { schema: z.strictObject({ times: z.int(), on: z.array(z.int()).default([500]) }), default: { times: 1, on: [] } },
    'Whatever.',
  ),
};
const { columns, write, writeSome, read } = fieldColumns(fields, { digits: 'own_name' });

test('each field has a column of its kind, under a name of the database', () => {
  expect(columns).toEqual({
    share: column.integer,
    most_at_once: { ...column.bigint, nullable: true },
    ends_at: { ...column.moment, nullable: true },
    enabled: column.flag,
    remark: column.text(20),
    own_name: { ...column.text(5), nullable: true },
    tags_json: column.longText,
    allowed_ips_json: { ...column.longText, nullable: true },
    retry_json: column.longText,
  });
});

test('what is written is read again, and nothing else of the entity is written', () => {
  const orNull = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one);
  const values = fc.record({
    share: fc.nat(),
    mostAtOnce: orNull(fc.nat()),
    endsAt: orNull(fc.nat()),
    enabled: fc.boolean(),
    remark: fc.string(),
    digits: orNull(fc.constantFrom('0', '1', 'null', '"', '')),
    tags: fc.array(fc.string()),
    allowedIps: orNull(fc.array(fc.string())),
    retry: fc.record({ times: fc.integer(), on: fc.array(fc.integer()) }),
  });
  fc.assert(
    fc.property(values, (before) => {
      const entity = { ...before, id: 'ch_1' };
      const row = write(entity);
      expect(Object.keys(row)).toEqual(Object.keys(columns));
      expect(read(row)).toEqual(before);
    }),
  );
});

test('of a change, only what it names is written', () => {
  expect(writeSome({ digits: '7', enabled: false, allowedIps: null, tags: undefined })).toEqual({
    enabled: 0,
    own_name: '7',
    allowed_ips_json: null,
  });
  expect(writeSome({})).toEqual({});
});

test('json from before its schema grew takes what is missing from the schema, and what does not fit is the default', () => {
  const row = write({
    share: 1,
    mostAtOnce: null,
    endsAt: null,
    enabled: true,
    remark: '',
    digits: null,
    tags: [],
    allowedIps: null,
    retry: { times: 2, on: [429] },
  });
  expect(read({ ...row, retry_json: '{"times":3}' }).retry).toEqual({ times: 3, on: [500] });
  expect(read({ ...row, retry_json: '{"times":"often"}' }).retry).toEqual({ times: 1, on: [] });
});
