import { expect, test } from 'bun:test';
import { fieldsOf } from '../../../components/provider/schema-fields.ts';
import { loneField, oneAccount, readAccounts, sampleLine } from './many-accounts.ts';

const key = fieldsOf({ properties: { apiKey: { type: 'string' } }, required: ['apiKey'] }, true);
const several = fieldsOf(
  {
    properties: { accessKeyId: { type: 'string' }, secretAccessKey: { type: 'string' }, region: { type: 'string' } },
    required: ['accessKeyId', 'secretAccessKey'],
  },
  true,
);

test('keys are read one a line, without empty lines and without what was there before', () => {
  expect(readAccounts(' sk-1 \r\n\nsk-2\nsk-1\n', key)).toEqual({
    accounts: [{ apiKey: 'sk-1' }, { apiKey: 'sk-2' }],
    wrong: [],
  });
});

test('accounts of several fields are objects, and lines that are none are named', () => {
  const text = ['{"accessKeyId":"a","secretAccessKey":"b"}', 'nonsense', '{"other":"c"}', '{"accessKeyId":', '[1]'];
  expect(readAccounts(text.join('\n'), several)).toEqual({
    accounts: [{ accessKeyId: 'a', secretAccessKey: 'b' }],
    wrong: [2, 3, 4, 5],
  });
  expect(sampleLine(several)).toBe('{"accessKeyId":"…","secretAccessKey":"…"}');
});

test('a key may also be written as an object', () => {
  expect(readAccounts('{"apiKey":"sk-1"}', key).accounts).toEqual([{ apiKey: 'sk-1' }]);
  expect(loneField(key)?.name).toBe('apiKey');
  expect(loneField(several)).toBeUndefined();
});

test('a key that need not be given is still what makes an account', () => {
  const optional = fieldsOf({ properties: { apiKey: { type: 'string' } } }, true);
  expect(readAccounts('sk-1', optional).accounts).toEqual([{ apiKey: 'sk-1' }]);
});

test('fields of one account are sent as texts', () => {
  expect(oneAccount(several, { accessKeyId: ' a ', secretAccessKey: 'b', region: '' })).toEqual({
    accessKeyId: 'a',
    secretAccessKey: 'b',
  });
});
