import { expect, test } from 'bun:test';
import { overridesSchema, overrideModes } from '@tollgate/contract/api/overrides';
import fc from 'fast-check';
import { draftOf, moved, operationDraftOf, overridesOf, textOf, valueOf } from './draft.ts';
import { modesInOrder, templateNames, templates } from './modes.ts';

test('every value is read as what it was written from', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom('1', 'true', 'null', '"a"', '')), (value) => {
      expect(JSON.stringify(valueOf(textOf(value)))).toBe(JSON.stringify(value));
    }),
  );
});

test('overrides are the same after they were a draft', () => {
  const overrides = overridesSchema.parse({
    headers: { set: { 'x-team': 'search', 'x-number': '1' }, remove: ['user-agent'], pass: ['re:^x-'] },
    body: {
      set: { temperature: 1, 'metadata.source': 'gateway', off: false, text: '1' },
      remove: ['user'],
      operations: [
        { mode: 'regex_replace', path: 'model', from: '^openai/', to: '' },
        { mode: 'set', path: 'a', value: null, keep_origin: true, description: 'why' },
        ...templateNames.flatMap((name) => templates[name].map((operation) => ({ logic: 'AND', ...operation }))),
      ].map((operation) => ('conditions' in operation ? operation : { ...operation, logic: undefined })),
    },
  });
  expect(overridesSchema.parse(overridesOf(draftOf(overrides)))).toEqual(overrides);
});

test('conditions that are a map are equalities, one of which must hold', () => {
  const [operation] = overridesOf({
    ...draftOf(overridesSchema.parse({})),
    operations: [operationDraftOf({ mode: 'delete', path: 'user', conditions: { model: 'gpt-5', stream: true } })],
  }).body.operations;
  expect(operation).toEqual({
    mode: 'delete',
    path: 'user',
    conditions: [
      { path: 'model', value: 'gpt-5' },
      { path: 'stream', value: true },
    ],
    logic: 'OR',
  });
});

test('what an operation of its mode does not take is not sent, nor is a row without a name', () => {
  const draft = draftOf(overridesSchema.parse({}));
  const operation = {
    ...operationDraftOf({ mode: 'set', path: 'a', value: 1, keep_origin: true }),
    mode: 'delete',
  } as const;
  const sent = overridesOf({ ...draft, operations: [operation], setHeaders: [{ id: 1, name: ' ', value: 'x' }] });
  expect(sent.body.operations).toEqual([{ mode: 'delete', path: 'a' }]);
  expect(sent.headers.set).toEqual({});
});

test('every mode is offered once', () => {
  expect(modesInOrder.toSorted()).toEqual([...overrideModes].toSorted());
});

test('a row moves by one place, and not beyond the ends', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});
